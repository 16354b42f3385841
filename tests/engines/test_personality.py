"""What engine 3 says of a bot's modes: what it can see in which language, whom it asks, and when it keeps silent."""

from datetime import timedelta
from typing import Any

import pytest

from bench.engines.stream import PAIR, day, said
from enrichment.domain.messages import Emotion, Message, Role
from enrichment.engines.frame import Asked, Seen
from enrichment.engines.personality import ENGINE, PersonalityRow, contribute
from enrichment.engines.personality_state import PersonalityState

WORDED = {"warm", "assertive", "reflective", "formal"}
QUESTIONS = {
    "english": "Maybe we should ask the others what they think of it?",
    "german": "Vielleicht sollten wir die anderen fragen, was sie davon halten?",
    "spanish": "Quizás deberíamos preguntar a los otros qué piensan de esto?",
    "russian": "Может быть, нам нужно спросить других, что они думают об этом?",
    "chinese": "也许我们应该问问他们的想法,你觉得呢?",
}


def talk(reply: str, turns: int, *, mood: str | None = None, start: float = 0.0) -> tuple[Message, ...]:
    """Return exchanges: a question of the user's, the reply, and in the end one more word of the user's."""
    feeling = Emotion(label=mood, intensity=0.8) if mood else None
    messages = []
    for at in range(turns):
        asked_at = day(start) + timedelta(minutes=4 * at)
        messages.append(said(f"u{start:g}-{at:04}", asked_at, "what do you think of it", emotion=feeling))
        messages.append(said(f"b{start:g}-{at:04}", asked_at + timedelta(minutes=1), reply, role=Role.BOT))
    return (*messages, said(f"end{start:g}", day(start) + timedelta(minutes=4 * turns), "thanks a lot"))


def state_of(*messages: Message) -> PersonalityState:
    return ENGINE.absorb(ENGINE.empty(), Seen(user_id="user", bot_name="bot", messages=messages))


def row_of(state: PersonalityState, **population: float) -> PersonalityRow:
    row = ENGINE.report(state, PAIR, Asked(now=day(40), population=population))
    assert row is not None
    return row


def shares(row: PersonalityRow) -> dict[str, float]:
    return {each["trait"]: each["frequency"] for each in every_trait(row)}


def every_trait(row: PersonalityRow) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = row.dominant_traits["traits"]
    return found


@pytest.mark.parametrize("language", QUESTIONS)
def test_modes_are_seen_in_every_language_that_has_a_list(language: str) -> None:
    found = shares(row_of(state_of(*talk(QUESTIONS[language], 12))))

    assert found["inquisitive"] == 1
    assert found["reflective"] == 1


@pytest.mark.parametrize("reply", ["これは日本語の文章です。", "😀🎉", "Ez egy magyar mondat az időjárásról."])
def test_a_mode_that_needs_words_is_unknown_where_we_have_none(reply: str) -> None:
    found = shares(row_of(state_of(*talk(reply, 12))))

    assert found.keys().isdisjoint({"assertive", "reflective", "formal"})


def test_emoji_alone_show_a_playful_bot() -> None:
    assert shares(row_of(state_of(*talk("😀🎉", 12))))["playful"] == 1


def test_what_follows_a_mode_is_told_beside_what_follows_any_turn() -> None:
    row = row_of(state_of(*talk("Shall we ask them?", 20, mood="joy")))

    told = row.user_response_patterns["traits"]["inquisitive"]
    assert told["n"] == pytest.approx(20, abs=0.1)
    assert told["reply_rate"] == 1
    assert told["valence_delta"] == pytest.approx(0)


def test_a_turn_without_an_answer_counts_as_one() -> None:
    sessions = [talk("Shall we ask them?", 2, start=each)[:-1] for each in range(8)]

    row = row_of(state_of(*(message for session in sessions for message in session)))

    assert row.user_response_patterns["traits"]["inquisitive"]["reply_rate"] == pytest.approx(8 / 15, abs=0.05)


def test_nothing_is_suggested_below_sixty_answered_turns() -> None:
    row = row_of(state_of(*talk("Shall we ask them?", 55)))

    assert row.adaptation_suggestions["suggestions"] == []


def test_a_pair_that_hardly_spoke_has_no_modes_of_its_own() -> None:
    row = row_of(state_of(*talk("Shall we ask them?", 3)))

    assert row.dominant_traits["basis"] == "prior"
    assert every_trait(row) == []
    assert row.user_response_patterns["traits"] == {}


def test_a_new_user_sees_what_the_bots_others_show() -> None:
    others = contribute(state_of(*talk("Shall we ask them?", 80)))

    row = row_of(state_of(*talk("Fine.", 1)), **others)

    assert row.dominant_traits["basis"] == "prior"
    assert shares(row)["inquisitive"] > 0.8


def test_a_bots_only_user_is_not_counted_twice() -> None:
    state = state_of(*talk("Shall we ask them? 😀", 80, mood="joy"))

    alone, counted = row_of(state), row_of(state, **contribute(state))

    assert [each["sd"] for each in every_trait(alone)] == [each["sd"] for each in every_trait(counted)]


def test_a_month_of_growing_curiosity_is_a_trend() -> None:
    days = [
        talk("Why is that so?", at, start=at) + talk("It is so because it is.", 30 - at, start=at + 0.5)
        for at in range(1, 30)
    ]

    row = row_of(state_of(*(message for of_day in days for message in of_day)))

    told = row.trait_evolution_history["traits"]["inquisitive"]
    assert told["trend"] == "increasing"
    assert told["history"][-1]["date"] == "2026-02-03"
