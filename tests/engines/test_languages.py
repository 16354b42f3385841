"""All seven engines on Chinese, German, Spanish, Russian, and emoji alone: nothing breaks, and nobody is English."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from bench.engines.stream import PAIR, Stream, day, said
from enrichment.domain.messages import Message, Role
from enrichment.engines import character_performance, conversation_patterns, personality, proactive_engagement
from enrichment.engines.frame import Asked, CacheRow
from enrichment.engines.registry import ENGINES
from enrichment.engines.waiting import Arrived

SPOKEN = {
    "zh": ("我昨天和朋友去了公园，天气很好，我们一起喝了茶。", "你觉得我明天应该做什么？", "谢谢你！"),
    "de": ("Gestern habe ich mit meinem Bruder ein neues Fahrrad gekauft.", "Was meinst du dazu?", "Danke!"),
    "es": ("Mañana empiezo un trabajo nuevo en el hospital de mi ciudad.", "¿Qué piensas tú?", "¡Gracias!"),
    "ru": ("Вчера мы с мамой готовили борщ, и он был очень вкусный.", "Как ты думаешь, что мне делать?", "Спасибо!"),
    "emoji": ("🎉🎉", "😂❤️", "👍🏽"),
}
NULL_WHEN_NEW = (
    "retrieval_frequency_trend",
    "avg_topic_duration_minutes",
    "context_switch_frequency",
    "predicted_switch_likelihood",
    "recall_simulation_score",
    "optimal_timing_hours",
    "receptivity_score",
    "proactive_success_rate",
)
EVERY_LANGUAGE = pytest.mark.parametrize("language", SPOKEN)


def conversation(language: str, messages: int) -> Iterator[Message]:
    for i in range(messages):
        role = Role.BOT if i % 2 else Role.USER
        yield said(f"m{i:04}", day(i // 12) + timedelta(minutes=3 * (i % 12)), SPOKEN[language][i % 3], role=role)


def rows(language: str, messages: int) -> Mapping[str, CacheRow | None]:
    stream = Stream(ENGINES).feed(Arrived(messages=tuple(conversation(language, messages))))
    return stream.rows(Asked(now=day(1 + messages / 12)))


def bots_row(language: str, messages: int) -> character_performance.PerformanceRow:
    engine = character_performance.ENGINE
    stream = Stream([engine]).feed(Arrived(messages=tuple(conversation(language, messages))))
    shares = character_performance.contribute(engine.absorb(stream.states[engine.name], stream.ahead))
    return character_performance.report_bot(PAIR.bot_name, shares, Asked(now=day(1 + messages / 12)))


def said_anywhere(value: Any, key: str) -> list[Any]:  # noqa: ANN401 - any JSON value
    of_dict = [value[key]] if isinstance(value, dict) and key in value else []
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return of_dict + [found for each in below for found in said_anywhere(each, key)]


@EVERY_LANGUAGE
def test_below_the_least_sample_numbers_are_null_in_any_language(language: str) -> None:
    columns = {name: value for row in rows(language, 3).values() if row for name, value in asdict(row).items()}

    assert {name: columns[name] for name in NULL_WHEN_NEW} == dict.fromkeys(NULL_WHEN_NEW)
    assert columns["dominant_traits"]["traits"] == []
    assert columns["communication_style"]["fingerprint"] is None


@EVERY_LANGUAGE
def test_a_bot_of_whom_little_is_known_has_no_score_in_any_language(language: str) -> None:
    row = asdict(bots_row(language, 3))

    nothing = {name for name, value in row.items() if value is None}
    assert nothing >= {"engagement_score_avg", "satisfaction_score_avg", "coherence_score_avg", "quality_trend"}
    assert row["personality_consistency_index"] is None


@EVERY_LANGUAGE
def test_a_long_conversation_is_read_by_all_and_is_never_english(language: str) -> None:
    told = [asdict(row) for row in rows(language, 240).values() if row] + [asdict(bots_row(language, 240))]

    languages = {found for row in told for found in said_anywhere(row, "language")}
    assert languages <= {language, None}
    assert len(told) == len(ENGINES)
    assert orjson.dumps(told)


@EVERY_LANGUAGE
def test_topics_are_named_in_the_words_that_were_said(language: str) -> None:
    row = rows(language, 240)["context_switch"]
    assert row is not None

    words = {word for found in said_anywhere(asdict(row), "keywords") for word in found}
    text = "".join(SPOKEN[language]).casefold()
    assert all(word in text for word in words)


def test_emoji_alone_have_a_mood_and_no_style_of_words() -> None:
    row = rows("emoji", 240)[conversation_patterns.ENGINE.name]
    assert isinstance(row, conversation_patterns.StyleRow)

    style = row.communication_style
    assert style["fingerprint"] is None
    assert style["emotional_engagement"]["mean_valence"] > 0


def test_modes_that_need_words_are_left_out_where_we_have_no_words() -> None:
    row = rows("emoji", 240)[personality.ENGINE.name]
    assert isinstance(row, personality.PersonalityRow)

    shown = {each["trait"] for each in row.dominant_traits["traits"]}
    assert shown.isdisjoint({"assertive", "reflective", "formal"})


def test_the_hours_of_a_row_are_those_of_the_users_zone() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    evenings = tuple(said(f"e{i}", day(i) + timedelta(hours=11), SPOKEN["ru"][0]) for i in range(20))
    stream = Stream(ENGINES).feed(Arrived(messages=evenings))

    told = stream.rows(Asked(now=day(21), zone=tokyo))

    style, engagement = told[conversation_patterns.ENGINE.name], told[proactive_engagement.ENGINE.name]
    assert isinstance(style, conversation_patterns.StyleRow)
    assert isinstance(engagement, proactive_engagement.EngagementRow)
    histogram = style.communication_style["active_hours"]["histogram"]
    assert histogram.index(max(histogram)) == 2 * 20
    assert engagement.suggested_topics["timing"]["zone"] == "Asia/Tokyo"
