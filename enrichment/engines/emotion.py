"""How pleasant a message is, from -1 to 1: from the agent's own labels, else from emoji, else unknown.

The labels of SemEval-2018, of Ekman, and of GoEmotions, with a valence each by our own judgement. A sentiment lexicon
may stand in for messages without any (``with_fallback``); it says nothing about labels, and weighs half.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from enrichment.domain.messages import Emotion, Message
from enrichment.engines.reading import read

LEXICON = "lexicon"
_SECOND_HAND = 0.5

VALENCE = {
    "admiration": 0.7, "amusement": 0.7, "anger": -0.7, "annoyance": -0.5, "anticipation": 0.2, "anxiety": -0.6,
    "approval": 0.5, "boredom": -0.3, "calm": 0.4, "caring": 0.6, "concern": -0.3, "confusion": -0.2, "contempt": -0.6,
    "contentment": 0.6, "curiosity": 0.2, "desire": 0.3, "disappointment": -0.6, "disapproval": -0.5, "disgust": -0.7,
    "embarrassment": -0.4, "excitement": 0.8, "fear": -0.7, "frustration": -0.6, "gratitude": 0.8, "grief": -0.9,
    "happiness": 0.8, "joy": 0.8, "loneliness": -0.6, "love": 0.9, "nervousness": -0.4, "neutral": 0.0, "optimism": 0.6,
    "pessimism": -0.5, "pride": 0.6, "realization": 0.0, "relief": 0.5, "remorse": -0.6, "sadness": -0.7, "shame": -0.6,
    "surprise": 0.1, "trust": 0.5, "worry": -0.5,
}  # fmt: skip
_SYNONYMS = {
    "angry": "anger", "annoyed": "annoyance", "anxious": "anxiety", "bored": "boredom", "confused": "confusion",
    "contented": "contentment", "curious": "curiosity", "disappointed": "disappointment", "disgusted": "disgust",
    "excited": "excitement", "fearful": "fear", "frustrated": "frustration", "grateful": "gratitude", "happy": "joy",
    "joyful": "joy", "lonely": "loneliness", "loving": "love", "nervous": "nervousness", "proud": "pride",
    "sad": "sadness", "scared": "fear", "surprised": "surprise", "worried": "worry",
}  # fmt: skip
_PLEASANT_EMOJI = "😀😃😄😁😆😅🤣😂🙂😊😇🥰😍🤩😘😗😚😙😋🤗😎🥳👍👏🙌🎉✨💪❤🧡💛💚💙💜💕💖💗💞♥☺😺😻🌟"
_UNPLEASANT_EMOJI = "😒😞😔😟😕🙁☹😣😖😫😩🥺😢😭😤😠😡🤬😱😨😰😥😓🤢🤮😷🤒💔👎😿😾🙄😬"
_OF_EMOJI = dict.fromkeys(_PLEASANT_EMOJI, 0.6) | dict.fromkeys(_UNPLEASANT_EMOJI, -0.6)

Sentiment = Callable[[str], float]
"""Gives a text's valence from -1 to 1; English only."""


class Mood(NamedTuple):
    """What is known of a message's emotion; ``weight`` is 1 for the agent's word and 0.5 for what was derived.

    ``valence`` is None for a label that we have no valence for, ``label`` where nobody named one.
    """

    valence: float | None
    intensity: float
    weight: float
    label: str | None


def mood_of(message: Message) -> Mood | None:
    """Return the emotion of a message, None if nothing tells it."""
    said = message.emotion
    if said and (said.label or said.scores):
        return _derived(said.scores.get("valence", 0.0)) if said.label == LEXICON else _labelled(said)
    if message.text.isascii():
        return None
    known = [_OF_EMOJI[each] for each in read(message.text, message.language).emoji if each in _OF_EMOJI]
    return _derived(sum(known) / len(known)) if known else None


def with_fallback(messages: Iterable[Message], sentiment: Sentiment) -> tuple[Message, ...]:
    """Return the messages, those in English and without an emotion with the valence that a lexicon gives them."""
    return tuple(_lexical(message, sentiment) if _is_wanting(message) else message for message in messages)


def _is_wanting(message: Message) -> bool:
    return mood_of(message) is None and read(message.text, message.language).language == "en"


def _lexical(message: Message, sentiment: Sentiment) -> Message:
    valence = sentiment(message.text)
    return replace(message, emotion=Emotion(label=LEXICON, intensity=abs(valence), scores={"valence": valence}))


def _derived(valence: float) -> Mood:
    return Mood(valence=valence, intensity=abs(valence), weight=_SECOND_HAND, label=None)


def _labelled(said: Emotion) -> Mood:
    if not said.scores and said.label:
        return _named(_known(said.label), said.intensity)
    scores = {_known(label): score for label, score in said.scores.items() if score > 0}
    label = _known(said.label) if said.label else max(scores, key=lambda each: (scores[each], each), default=None)
    total = sum(score for each, score in scores.items() if each in VALENCE)
    if total > 0:
        valence = sum(VALENCE[each] * score for each, score in scores.items() if each in VALENCE) / total
    else:
        return _named(label, said.intensity)
    intensity = said.intensity if said.intensity is not None else abs(valence)
    return Mood(valence, intensity, 1.0, label)


def _named(label: str | None, intensity: float | None) -> Mood:
    """Return the mood that a label and an intensity, if known, stand for."""
    known = VALENCE.get(label) if label else None
    valence = None if known is None else known if intensity is None else known * intensity
    return Mood(valence, abs(valence or 0.0) if intensity is None else intensity, 1.0, label)


@lru_cache(maxsize=256)
def _known(label: str) -> str:
    folded = label.strip().casefold()
    return _SYNONYMS.get(folded, folded)
