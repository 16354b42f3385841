"""What engine 4 says of a pair's topics, with vectors of any kind, with none, and in any language."""

from datetime import timedelta

import numpy as np
import pytest

from bench.engines.stream import PAIR, day, said
from enrichment.engines.context_switch import ENGINE, ContextRow
from enrichment.engines.frame import Asked, Seen, Vector

GERMAN = (
    "Der Hund braucht heute einen Termin beim Tierarzt",
    "Unser Hund frisst seit gestern kaum noch sein Futter",
    "Der Tierarzt meinte, der Hund habe wohl Zahnschmerzen",
    "Das neue Futter mag der Hund leider überhaupt nicht",
    "Beim Tierarzt war das Wartezimmer voller kranker Hunde",
    "Futter für den Hund kaufe ich morgen beim Tierarzt",
    "Die Steuererklärung muss bis Freitag beim Finanzamt sein",
    "Für die Steuererklärung fehlen mir noch einige Belege",
    "Das Finanzamt verlangt alle Belege als Kopie",
    "Ohne Belege lehnt das Finanzamt die Steuererklärung ab",
    "Meine Belege für die Steuererklärung liegen im Büro",
    "Das Finanzamt hat die Steuererklärung schon zweimal gemahnt",
)
FIXTURES = {
    "chinese": ("今天天气很好,我们去公园散步吧。", "我喜欢吃四川菜,特别是火锅。", "你昨天看了那部电影吗?"),
    "spanish": ("Mañana viajo a Sevilla con mi hermana", "El tren sale muy temprano", "¿Qué tiempo hará allí?"),
    "russian": ("Завтра мы едем на дачу всей семьёй", "Нужно купить продукты в магазине", "Какая будет погода?"),
    "emoji": ("😀😀🎉", "😢", "❤️❤️"),
}


def heard(texts: tuple[str, ...], vectors: list[Vector] | None = None, minutes: int = 2) -> Seen:
    messages = [said(f"{at:04}", day(0) + timedelta(minutes=minutes * at), text) for at, text in enumerate(texts)]
    known = {m.ref.point_id: vector for m, vector in zip(messages, vectors or [], strict=False)}
    return Seen(user_id="user", bot_name="bot", messages=tuple(messages), vectors=known)


def row_of(seen: Seen) -> ContextRow:
    row = ENGINE.report(ENGINE.absorb(ENGINE.empty(), seen), PAIR, Asked(now=day(2)))
    assert row is not None
    return row


def two_topics(dimensions: int) -> list[Vector]:
    rng = np.random.default_rng(dimensions)
    axes = np.repeat(rng.standard_normal((2, dimensions)), 15, axis=0)
    rows = axes + 0.5 * rng.standard_normal((30, dimensions))
    return [(row / np.linalg.norm(row)).astype(np.float16).astype(np.float32) for row in rows]


@pytest.mark.parametrize("dimensions", [8, 384, 1536, 3072])
def test_a_switch_is_seen_in_vectors_of_any_size(dimensions: int) -> None:
    row = row_of(heard(("letters nobody understands",) * 30, two_topics(dimensions)))

    assert [segment["n_messages"] for segment in row.recent_topics["segments"]] == [15, 15]
    assert [edge["n"] for edge in row.topic_transition_graph["edges"]] == [1]


def test_without_vectors_words_tell_topics_apart_and_name_them() -> None:
    row = row_of(heard(GERMAN))

    assert [segment["n_messages"] for segment in row.recent_topics["segments"]] == [6, 6]
    assert "hund" in row.recent_topics["segments"][0]["keywords"]
    assert "steuererklärung" in row.recent_topics["segments"][1]["keywords"]
    assert "hashed words" in row.recent_topics["method"]


def test_half_an_hour_of_silence_ends_a_topic_but_is_no_switch() -> None:
    row = row_of(heard(GERMAN[:6] * 4, minutes=31))

    assert row.context_switch_frequency is not None
    assert row.recent_topics["switches"] == 0
    assert row.recent_topics["n"] == 24


def test_a_short_answer_belongs_to_the_topic_it_answers() -> None:
    row = row_of(heard((*GERMAN[:6], "ok", "ja")))

    assert [segment["n_messages"] for segment in row.recent_topics["segments"]] == [8]


@pytest.mark.parametrize("language", FIXTURES)
def test_every_language_is_counted_and_little_data_gives_no_numbers(language: str) -> None:
    row = row_of(heard(FIXTURES[language]))

    assert row.recent_topics["messages"] == 3
    assert row.recent_topics["basis"] == "prior"
    assert row.avg_topic_duration_minutes is None
    assert row.context_switch_frequency is None
    assert row.predicted_switch_likelihood is None


def test_another_embedding_model_starts_topics_anew_and_keeps_the_counts() -> None:
    state = ENGINE.absorb(ENGINE.empty(), heard(("letters nobody understands",) * 30, two_topics(384)))

    state = ENGINE.absorb(
        state,
        Seen(user_id="u", bot_name="b", messages=(said("x", day(1), GERMAN[0]),), vectors={"x": two_topics(768)[0]}),
    )

    assert (state.space, state.topics.known, state.closed) == ("d768", {}, 2)


def test_the_state_stays_small_however_long_the_history() -> None:
    rng = np.random.default_rng(1)
    state = ENGINE.empty()
    for block in range(20):
        rows = rng.standard_normal((100, 3072))
        vectors = [(row / np.linalg.norm(row)).astype(np.float32) for row in rows]
        texts = tuple(f"word{block}x{at} other{at} third{block} plus{at}" for at in range(100))
        seen = heard(texts, vectors)
        state = ENGINE.absorb(state, seen)

    assert len(ENGINE.encode(state)) < 300_000


def test_cutting_a_stream_into_batches_changes_no_byte() -> None:
    seen = heard(("letters nobody understands",) * 30, two_topics(384))
    state = ENGINE.empty()

    for at in range(0, 30, 7):
        part = Seen(user_id="user", bot_name="bot", messages=seen.messages[at : at + 7], vectors=seen.vectors)
        state = ENGINE.decode(ENGINE.encode(ENGINE.absorb(state, part)))

    assert ENGINE.encode(state) == ENGINE.encode(ENGINE.absorb(ENGINE.empty(), seen))
