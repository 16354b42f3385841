"""What a window was about, put together from what was found and said in it; nothing is paraphrased."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from enrichment.digest.languages import STOP_WORDS, language
from enrichment.digest.own_words import BLANK, own_words
from enrichment.digest.speakers import USER, label
from enrichment.digest.words import folded, words
from enrichment.domain.batches import Window
from enrichment.domain.messages import Message, Role
from enrichment.domain.prompt import Prompt

USERS = {"en": "The user", "de": "Der Nutzer", "es": "El usuario"}
_SAID = {"en": "{who} said: “{text}”", "de": "{who} sagte: „{text}“", "es": "{who} dijo: «{text}»"}
_MOST_STATEMENTS, _MOST_QUESTIONS, _MOST_TOPICS = 6, 3, 4
_MOST_CHARACTERS, _HEAD, _BEFORE, _TOPIC, _TITLE = 4_000, 160, 600, 40, 80
_SENTENCE = re.compile(rf"[^.!?\n{BLANK}]+[.!?]*")
_TOPIC_LETTERS = 4


def summarised(prompt: Prompt, found: Mapping[int, Sequence[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Yield an item for each window that has new messages; ``found`` are the facts of the answer, by line."""
    numbers = iter(sorted(prompt.numbers))
    for position, window in enumerate(prompt.windows, start=1):
        own = [next(numbers) for _ in (*window.context, *window.messages)]
        if window.messages:
            yield _item(position, window, [fact for number in own for fact in found.get(number, ())])


def _item(position: int, window: Window, facts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    before = (window.session.summary or "")[:_BEFORE] if window.session else ""
    told = list(dict.fromkeys(fact["s"] for fact in facts))[:_MOST_STATEMENTS] or [_said(window)]
    new = [statement for statement in told if statement not in before]
    topics = list(dict.fromkeys(fact["o"] for fact in facts if len(fact["o"]) <= _TOPIC)) or _frequent(window)
    return {
        "w": position,
        "title": ", ".join(topics[:3])[:_TITLE] or "…",
        "sum": " ".join((before, *new)).strip(),
        "topics": topics[:_MOST_TOPICS],
        "tone": None,
        "dec": [],
        "ask": list(_questions(window.messages))[:_MOST_QUESTIONS],
        "end": False,
    }


def _said(window: Window) -> str:
    """Quote the beginning of the longest message, of a person if one spoke."""
    longest = max(window.messages, key=lambda message: (message.role is Role.USER, len(_text(message))))
    tongue = language(frozenset(words(folded(_text(longest))))) or "en"
    tongue = tongue if tongue in USERS else "en"
    who = USERS[tongue] if label(longest) == USER else label(longest)
    return _SAID[tongue].format(who=who, text=" ".join(_text(longest)[:_HEAD].split()))


def _frequent(window: Window) -> list[str]:
    """Return the most frequent words of substance that people said, the earlier first."""
    said = (word for message in window.messages if message.role is Role.USER for word in words(folded(_text(message))))
    counts = Counter(
        word for word in said if word not in STOP_WORDS and (len(word) >= _TOPIC_LETTERS or not word.isascii())
    )
    return [word for word, _ in counts.most_common(_MOST_TOPICS)]


def _questions(messages: Sequence[Message]) -> Iterator[dict[str, Any]]:
    """Yield the questions with the first sentence of what another speaker said next."""
    for message, following in zip(messages, (*messages[1:], None), strict=True):
        asked = next((found for found in _SENTENCE.findall(_text(message)) if found.endswith("?")), None)
        replied = following is not None and label(following) != label(message)
        answer = _SENTENCE.search(_text(following)) if following is not None and replied else None
        if asked is not None:
            yield {"q": asked.strip()[: _TITLE * 4], "a": answer.group().strip()[: _TITLE * 4] if answer else None}


def _text(message: Message) -> str:
    return own_words(message.text[:_MOST_CHARACTERS]).replace(BLANK, "")
