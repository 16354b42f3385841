"""What engine 2 says of a bot: of all its users alike, of what was measured first, and of nothing that nobody knows."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from bench.engines.authors import Author
from bench.engines.stream import PAIR, day, said
from enrichment.domain.messages import Emotion, Message, Role
from enrichment.engines.character_performance import ENGINE, PerformanceRow, contribute, report_bot
from enrichment.engines.frame import Asked, Quality, Seen
from enrichment.engines.performance_state import PerformanceState

ASKED = Asked(now=day(40) - timedelta(seconds=1))


def measured(
    value: float, *, user: str = "user", metric: str = "engagement", first: float = 33, days: int = 7, per_day: int = 3
) -> dict[str, float]:
    """Return the share of a user with so many equal measurements a day."""
    times = [day(first + at / per_day) for at in range(days * per_day)]
    qualities = tuple(Quality(metric=metric, at=at, value=value) for at in times)
    return contribute(ENGINE.absorb(ENGINE.empty(), Seen(user_id=user, bot_name="bot", qualities=qualities)))


def noisy(levels: Sequence[float], metric: str = "engagement") -> dict[str, float]:
    """Return the share of a user with three scattered measurements in each of a day's thirds, by daily level."""
    rng = np.random.default_rng(8)
    qualities = tuple(
        Quality(metric=metric, at=day(at + part / 9), value=float(level + 0.05 * rng.standard_normal()))
        for at, level in enumerate(levels)
        for part in range(9)
    )
    return contribute(ENGINE.absorb(ENGINE.empty(), Seen(user_id="user", bot_name="bot", qualities=qualities)))


def together(*shares: dict[str, float]) -> PerformanceRow:
    names = {name for share in shares for name in share}
    return report_bot("bot", {name: sum(share.get(name, 0.0) for share in shares) for name in names}, ASKED)


def state_of(*messages: Message) -> PerformanceState:
    return ENGINE.absorb(ENGINE.empty(), Seen(user_id="user", bot_name="bot", messages=messages))


def talk(reply: str, sessions: int, mood: str | None = None) -> tuple[Message, ...]:
    feeling = Emotion(label=mood, intensity=1.0) if mood else None
    return tuple(
        said(f"{at:03}{turn}", day(33 + at / 10) + timedelta(minutes=turn), text, role=role, emotion=feeling)
        for at in range(sessions)
        for turn, (role, text) in enumerate(((Role.USER, "hello bot"), (Role.BOT, "hello you"), (Role.USER, reply)))
    )


def spoken(author: Author, first: float, days: int, words: int) -> tuple[Message, ...]:
    return tuple(
        said(f"{first:g}-{at:03}", day(first + at / 2), " ".join(author.words(words)), role=Role.BOT)
        for at in range(2 * days)
    )


def test_nobody_measured_anything_is_no_score() -> None:
    row = together({})

    assert (row.engagement_score_avg, row.satisfaction_score_avg, row.coherence_score_avg) == (None, None, None)
    assert (row.personality_consistency_index, row.quality_trend) == (None, None)
    assert row.recent_anomalies["basis"] == "prior"


def test_a_heavy_user_is_one_user() -> None:
    heavy = measured(1.0, user="heavy", per_day=150)
    light = [measured(0.0, user=f"light{at}", per_day=6) for at in range(3)]

    row = together(heavy, *light)

    assert row.engagement_score_avg == pytest.approx(0.4, abs=0.05)


def test_what_was_measured_goes_before_what_is_derived() -> None:
    derived = contribute(state_of(*talk("yes, very much so", 30)))

    alone, beside = together(derived), together(derived, measured(0.25))

    assert alone.recent_anomalies["metrics"]["engagement"]["source"] == "derived"
    assert alone.recent_anomalies["basis"] == "mixed"
    assert beside.recent_anomalies["metrics"]["engagement"]["source"] == "measured"
    assert beside.engagement_score_avg == pytest.approx(0.25)


def test_other_systems_names_are_understood() -> None:
    row = together(measured(0.9, metric="natural_flow_score"), measured(0.3, metric="satisfaction_score"))

    assert row.coherence_score_avg == pytest.approx(0.9)
    assert row.satisfaction_score_avg == pytest.approx(0.3)


def test_moods_of_replies_are_satisfaction_where_nobody_measures() -> None:
    pleased, sad, silent = (together(contribute(state_of(*talk("ok", 30, mood)))) for mood in ("joy", "sadness", None))

    assert pleased.satisfaction_score_avg == pytest.approx(0.9)
    assert sad.satisfaction_score_avg == pytest.approx(0.15)
    assert silent.satisfaction_score_avg is None


def test_a_month_of_decline_is_a_trend_and_noise_is_none() -> None:
    falling, level = together(noisy(np.linspace(0.7, 0.4, 40).tolist())), together(noisy([0.6] * 40))

    assert (falling.quality_trend, level.quality_trend) == ("declining", "stable")


def test_a_drop_is_dated_and_a_quiet_month_has_none() -> None:
    dropped, quiet = together(noisy([0.6] * 36 + [0.45] * 4)), together(noisy([0.6] * 40))

    (anomaly,) = dropped.recent_anomalies["anomalies"]
    assert (anomaly["metric"], anomaly["kind"], anomaly["direction"]) == ("engagement", "shift", "down")
    assert abs(anomaly["z"]) > 2
    assert day(32).isoformat() <= anomaly["started_at"] <= day(37).isoformat()
    assert quiet.recent_anomalies["anomalies"] == []


def test_a_bot_that_talks_like_itself_is_consistent_and_another_one_is_not() -> None:
    itself, other = Author(1, likeness=200), Author(2, likeness=200)
    first = spoken(itself, 0, 25, 60)

    same = together(contribute(state_of(*first, *spoken(itself, 29, 10, 60))))
    swapped = together(contribute(state_of(*first, *spoken(other, 29, 10, 60))))

    assert same.personality_consistency_index is not None
    assert swapped.personality_consistency_index is not None
    assert same.personality_consistency_index > swapped.personality_consistency_index + 0.2


def test_consistency_is_unknown_below_five_hundred_recent_words() -> None:
    row = together(contribute(state_of(*spoken(Author(1), 0, 25, 60), *spoken(Author(1), 38, 2, 60))))

    assert row.personality_consistency_index is None
    assert row.recent_anomalies["style"]["recent_tokens"] == 240


@pytest.mark.parametrize("text", ["😀🎉", "これは日本語の文章です。", "Ez egy magyar mondat."])
def test_consistency_is_unknown_where_we_have_no_words_for_the_language(text: str) -> None:
    messages = [said(f"{at:04}", day(at / 50), text, role=Role.BOT) for at in range(2000)]

    row = together(contribute(state_of(*messages)))

    assert row.personality_consistency_index is None
    assert row.recent_anomalies["style"]["language"] is None


def test_coherence_is_read_from_vectors_where_nobody_measures() -> None:
    rng = np.random.default_rng(3)
    messages = [
        said(f"{at:03}", day(33) + timedelta(minutes=at), "a b c", role=(Role.USER, Role.BOT)[at % 2])
        for at in range(60)
    ]
    rows = np.repeat(rng.standard_normal((30, 384)), 2, axis=0) + 0.3 * rng.standard_normal((60, 384))
    vectors = {
        message.ref.point_id: (row / np.linalg.norm(row)).astype(np.float32)
        for message, row in zip(messages, rows, strict=True)
    }
    state = ENGINE.absorb(ENGINE.empty(), Seen(user_id="u", bot_name="b", messages=tuple(messages), vectors=vectors))

    row = together(contribute(state))

    assert row.coherence_score_avg is not None
    assert row.recent_anomalies["metrics"]["coherence"]["source"] == "derived"


def test_a_pair_has_no_row_of_its_own() -> None:
    assert ENGINE.report(ENGINE.empty(), PAIR, ASKED) is None
