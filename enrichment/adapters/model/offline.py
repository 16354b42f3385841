"""The model that needs none: first-person patterns and extracted sentences, for trying the worker and for tests.

It answers by the same JSON schema as a language model and is checked like one. It is not made for quality.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import orjson

from enrichment.adapters.model.offline_rules import (
    JOKING,
    LIKELY,
    OPENINGS,
    PERSONAL,
    PREFERENCES,
    RULES,
    UNREAL,
    UNSURE,
    Rule,
)
from enrichment.adapters.model.offline_sentences import MOST_CHARACTERS, Sentence, sentences
from enrichment.adapters.model.offline_summary import USERS, summarised
from enrichment.digest.own_words import own_words
from enrichment.digest.speakers import USER, label
from enrichment.domain.facts import Certainty, Fact
from enrichment.domain.messages import Message, Role
from enrichment.domain.prompt import Answer, Prompt, Usage
from enrichment.domain.text import normalised
from enrichment.memory.claims import stored_claim
from enrichment.memory.predicates import predicates

NAME: Final = "offline"
_LONGEST_QUOTE = 200
# What simply is so has no date: the one in its clause belongs to something else.
_TIMELESS = frozenset({"is_named", "born_in", "has_relative", "diet", "allergic_to", "speaks"})
_SIGNALS = {"likes": "interest", "does": "interest", "works_as": "work", "works_at": "work"}


class OfflineModel:
    """``ports.Model`` without a network: deterministic, free, and honest about its name."""

    @property
    def name(self) -> str:
        return NAME

    @property
    def price_known(self) -> bool:
        return True

    def price(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> Decimal:  # noqa: ARG002 - free
        return Decimal(0)

    async def answer(self, prompt: Prompt, way: object | None = None) -> Answer:  # noqa: ARG002 - there is one way
        return Answer(text=orjson.dumps(digest(prompt)).decode(), model=NAME, usage=Usage())


def digest(prompt: Prompt) -> dict[str, Any]:
    """Return the answer to a prompt in the form of its schema."""
    found = [one for number, message in _serious(prompt) for one in _found(number, message, prompt)]
    by_line: dict[int, list[dict[str, Any]]] = {}
    for one in found:
        by_line.setdefault(one.number, []).append(one.item)
    return {
        "facts": [one.item for one in found],
        "signals": [signal for number, message in _serious(prompt) for signal in _preferences(number, message)]
        + [signal for one in found for signal in _signals(one)],
        "windows": list(summarised(prompt, by_line)),
    }


def _serious(prompt: Prompt) -> Iterator[tuple[int, Message]]:
    """Yield the new messages of people that are no jokes and are not called one by their author's next message."""
    for number in sorted(prompt.new):
        message, following = prompt.numbers[number], prompt.numbers.get(number + 1)
        taken_back = following is not None and label(following) == label(message) and _is_joke(following)
        if message.role is Role.USER and not _is_joke(message) and not taken_back:
            yield number, message


def _is_joke(message: Message) -> bool:
    return bool(JOKING.search(message.text[:MOST_CHARACTERS]))


@dataclass(frozen=True, slots=True)
class _Found:
    """A fact in the form of the answer, and the line it comes from."""

    number: int
    item: dict[str, Any]


def _found(number: int, message: Message, prompt: Prompt) -> Iterator[_Found]:
    before = prompt.numbers.get(number - 1)
    speaker = _Speaker(message, prompt.known)
    for sentence in sentences(number, message, before):
        if UNREAL.search(sentence.text):
            continue
        taken: list[range] = []
        for rule in RULES:
            match = rule.pattern.search(sentence.text)
            if match is None or not _stands(sentence.text, match):
                continue
            span = range(*match.span())
            # What is told of somebody tells that there is somebody, too.
            if rule.of_another or not any(span.start < other.stop and other.start < span.stop for other in taken):
                taken += [] if rule.of_another else [span]
                for item in _items(sentence, match, rule, speaker):
                    yield _Found(number, item)


def _stands(sentence: str, match: re.Match[str]) -> bool:
    """Whether a match begins a main clause and its object can be told of by others."""
    before = sentence[: match.start()].rstrip()
    opens = not before or not before[-1].isalnum() or before.split()[-1].casefold() in OPENINGS
    return opens and not PERSONAL.search(match["o"])


class _Speaker:
    """Whose sentence it is, and what is known of them."""

    def __init__(self, message: Message, known: Mapping[str, Fact]) -> None:
        self.label = label(message)
        self._known = known

    def name(self, language: str) -> str:
        return USERS[language] if self.label == USER else self.label

    def operation(self, predicate: str, value: str) -> str | None:
        """Return how the new fact relates to a known one: the same, or its opposite."""
        for short_id, fact in self._known.items():
            if fact.claim.subject != normalised(self.label) or fact.object_key != normalised(value):
                continue
            claim = stored_claim(self.label, *predicate.split("/"))
            if fact.claim == claim:
                return f"same {short_id}"
            if fact.claim.predicate == predicates().counterparts.get(claim.predicate):
                return f"replaces {short_id}"
        return None


def _items(sentence: Sentence, match: re.Match[str], rule: Rule, speaker: _Speaker) -> Iterator[dict[str, Any]]:
    """Yield the fact that a sentence states, and before it that which it says to be over."""
    said = match.groupdict()
    value = _without_time(sentence, match, rule.language)
    who = said.get("n") or said.get("r") if rule.of_another else speaker.label
    filled = {**said, "n": said.get("n") or "", "o": value, "who": speaker.name(rule.language)}
    predicate = rule.predicate.format_map(said).casefold()
    timeless = predicate.partition("/")[0] in _TIMELESS
    common = {
        "m": list(sentence.lines),
        "q": sentence.quote if len(sentence.quote) <= _LONGEST_QUOTE else match.group().strip(),
        "who": who,
        "cat": rule.category.value,
        "sure": _certainty(sentence.text).value,
        "t": None if timeless else sentence.time_of(*match.span(), rule.language),
    }
    if given_up := said.get("f"):
        told, denied = f"{filled['who']} switched away from {given_up}.", "stopped_using"
        yield {**common, "s": told, "p": denied, "o": given_up, "op": speaker.operation(denied, given_up)}
    if value:
        statement = " ".join(rule.statement.format_map(filled).replace("A El ", "Al ").split())
        yield {**common, "s": statement, "p": predicate, "o": value, "op": speaker.operation(predicate, value)}


def _without_time(sentence: Sentence, match: re.Match[str], language: str) -> str:
    """Return the object up to the words for a time that follow it."""
    start, end = match.span("o")
    ends = (time.start for time in sentence.times(language) if start < time.start < end)
    return sentence.text[start : min(ends, default=end)].strip(" ,")


def _certainty(sentence: str) -> Certainty:
    if UNSURE.search(sentence):
        return Certainty.UNSURE
    return Certainty.LIKELY if LIKELY.search(sentence) else Certainty.SURE


def _signals(one: _Found) -> Iterator[dict[str, Any]]:
    item = one.item
    if kind := _SIGNALS.get(item["p"]):
        yield {"k": kind, "n": item["o"], "v": "", "m": item["m"]}
    if item["p"].startswith("has_relative/"):
        yield {"k": "entity", "n": item["o"], "v": item["p"].partition("/")[2], "m": item["m"]}


def _preferences(number: int, message: Message) -> Iterator[dict[str, Any]]:
    text = own_words(message.text[:MOST_CHARACTERS])
    for name, pattern, value in PREFERENCES:
        if match := pattern.search(text):
            yield {"k": "preference", "n": name, "v": match.groupdict().get("v") or value, "m": [number]}
