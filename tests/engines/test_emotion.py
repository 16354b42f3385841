"""Where a message's mood comes from, and what is never made up."""

import pytest

from bench.engines.stream import day, said
from enrichment.adapters.sentiment import vader
from enrichment.domain.messages import Emotion
from enrichment.engines.emotion import LEXICON, mood_of, with_fallback
from enrichment.engines.waiting import Waiting
from enrichment.engines.waiting_codec import decode, encode

ENGLISH = "I love this, it was the best day of the whole year!"


def test_the_agents_label_is_believed() -> None:
    mood = mood_of(said("m", day(0), "fine", emotion=Emotion(label="Sad", intensity=0.5)))

    assert mood is not None
    assert (mood.label, mood.valence, mood.weight) == ("sadness", -0.35, 1.0)


def test_scores_are_weighed_against_each_other() -> None:
    mood = mood_of(said("m", day(0), "fine", emotion=Emotion(scores={"joy": 0.5, "sadness": 0.5})))

    assert mood is not None
    assert mood.valence == pytest.approx(0.05)


def test_a_label_in_any_words_is_kept_and_given_no_valence() -> None:
    mood = mood_of(said("m", day(0), "fine", emotion=Emotion(label="Sehnsucht", intensity=0.9)))

    assert mood is not None
    assert (mood.label, mood.valence) == ("sehnsucht", None)


def test_emoji_tell_a_mood_in_every_language() -> None:
    moods = [mood_of(said("m", day(0), text)) for text in ("好的😊", "нет 😡", "mañana 🎉", "Termin 😭")]

    assert [mood.valence for mood in moods if mood] == [0.6, -0.6, 0.6, -0.6]


@pytest.mark.parametrize("text", ["", "ok", "今天天气很好", ENGLISH])
def test_nothing_tells_nothing(text: str) -> None:
    assert mood_of(said("m", day(0), text)) is None


def test_the_lexicon_gives_a_valence_and_no_label() -> None:
    (filled,) = with_fallback([said("m", day(0), ENGLISH)], vader())

    mood = mood_of(filled)
    assert mood is not None
    assert mood.valence is not None
    assert mood.valence > 0.5
    assert (mood.label, mood.weight) == (None, 0.5)


@pytest.mark.parametrize("text", ["Ich liebe diesen Tag, es war der beste von allen!", "我爱这一天,太好了。", "ok"])
def test_the_lexicon_is_asked_in_english_only(text: str) -> None:
    (kept,) = with_fallback([said("m", day(0), text)], vader())

    assert kept.emotion is None


def test_the_lexicon_does_not_overrule_the_agent() -> None:
    sad = said("m", day(0), ENGLISH, emotion=Emotion(label="sadness", intensity=0.5))

    assert with_fallback([sad], vader()) == (sad,)


def test_what_the_lexicon_said_survives_waiting() -> None:
    (filled,) = with_fallback([said("m", day(0), ENGLISH)], vader())

    (held,) = decode(encode(Waiting(messages=(filled,)))).messages

    assert held.emotion is not None
    assert held.emotion.label == LEXICON
    assert mood_of(held) == mood_of(filled)
