"""The model that needs none: first-person patterns and extracted sentences, for trying the worker and for tests.

It answers by the same JSON schema as a language model and is checked like one. It is not made for quality.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
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
    TIME,
    UNREAL,
    UNSURE,
    Rule,
)
from enrichment.adapters.model.offline_summary import USERS, summarised
from enrichment.digest.own_words import BLANK, own_words
from enrichment.digest.speakers import USER, label
from enrichment.domain.facts import Certainty, Fact
from enrichment.domain.messages import Message, Role
from enrichment.domain.prompt import Answer, Prompt, Usage
from enrichment.domain.text import normalised

NAME: Final = "offline"
_SENTENCE = re.compile(rf"[^.!?…\n{BLANK}]+(?:\.(?=\d)[^.!?…\n{BLANK}]+)*[.!?…]*")
_MOST_CHARACTERS = 20_000
_LONGEST_QUOTE = 200
_OPPOSITES = {"likes": "dislikes", "dislikes": "likes"}
# What simply is so has no date: the one in its sentence belongs to something else.
_TIMELESS = frozenset({"is_named", "age", "born_in", "has_relative", "has_pet", "diet", "allergic_to", "speaks"})
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
    found = _standing([one for number, message in _serious(prompt) for one in _found(number, message, prompt.known)])
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
    return bool(JOKING.search(message.text[:_MOST_CHARACTERS]))


@dataclass(frozen=True, slots=True)
class _Found:
    """A fact in the form of the answer, the line it comes from, and the (subject, predicate, object)s that it ends."""

    number: int
    item: dict[str, Any]
    ends: frozenset[tuple[str, str, str]]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.item["who"], self.item["p"], normalised(self.item["o"])


def _standing(found: Sequence[_Found]) -> list[_Found]:
    """Leave out what a later line of the same answer ends: the model's ``replaces`` pairs with known facts only."""
    return [one for at, one in enumerate(found) if not any(one.key in later.ends for later in found[at + 1 :])]


def _found(number: int, message: Message, known: Mapping[str, Fact]) -> Iterator[_Found]:
    for sentence in _SENTENCE.findall(own_words(message.text[:_MOST_CHARACTERS])):
        if sentence.endswith("?") or UNREAL.search(sentence):
            continue
        taken: list[range] = []
        for rule in RULES:
            match = rule.pattern.search(sentence)
            if match is None or not _stands(sentence, match):
                continue
            span = range(*match.span())
            if not any(span.start < other.stop and other.start < span.stop for other in taken):
                taken.append(span)
                speaker = _Speaker(message, known)
                item = _item(number, sentence, match, rule, speaker)
                yield _Found(number, item, _ends(item, match.groupdict().get("f")))


def _ends(item: dict[str, Any], given_up: str | None) -> frozenset[tuple[str, str, str]]:
    opposite = _OPPOSITES.get(item["p"])
    ends = {(item["who"], opposite, normalised(item["o"]))} if opposite else set()
    return frozenset(ends | ({(item["who"], item["p"], normalised(given_up))} if given_up else set()))


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

    def operation(self, predicate: str, value: str, given_up: str | None) -> str | None:
        """Return how the new fact relates to a known one: the same, its opposite, or what it takes the place of."""
        for short_id, fact in self._known.items():
            if fact.claim.subject != normalised(self.label):
                continue
            before, same_value = fact.claim.predicate.replace(" ", "_"), fact.object_key == normalised(value)
            if before == predicate and same_value:
                return f"same {short_id}"
            if before == _OPPOSITES.get(predicate) and same_value:
                return f"replaces {short_id}"
            if before == predicate and given_up and fact.object_key == normalised(given_up):
                return f"replaces {short_id}"
        return None


def _item(number: int, sentence: str, match: re.Match[str], rule: Rule, speaker: _Speaker) -> dict[str, Any]:
    said = match.groupdict()
    value = said["o"].strip()
    predicate = rule.predicate.format_map(said).casefold()
    time = None if predicate.partition("/")[0] in _TIMELESS else TIME.search(sentence, match.start())
    statement = rule.statement.format_map({**said, "o": value, "who": speaker.name(rule.language)})
    quote = sentence.strip()
    return {
        "m": [number],
        "q": quote if len(quote) <= _LONGEST_QUOTE else match.group().strip(),
        "s": statement.replace("A El ", "Al "),
        "who": speaker.label,
        "p": predicate,
        "o": value,
        "cat": rule.category.value,
        "op": speaker.operation(predicate, value, said.get("f")),
        "sure": _certainty(sentence).value,
        "t": time.group() if time else None,
    }


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
    text = own_words(message.text[:_MOST_CHARACTERS])
    for name, pattern, value in PREFERENCES:
        if match := pattern.search(text):
            yield {"k": "preference", "n": name, "v": match.groupdict().get("v") or value, "m": [number]}
