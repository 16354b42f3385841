"""A responder that knows facts: it reads the digest's prompt as a model would, and answers those that are in it."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.model_server.requests import ChatRequest
from bench.model_server.tokens import count

_WINDOW = re.compile(r"window (\d+)")
_LINE = re.compile(r"(- )?(\d+)(?: \d\d:\d\d)? ([^:]+): (.*)", re.DOTALL)
_KNOWN = re.compile(r"(K\d+) [^:]+: (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldFact:
    """What a good model would find: the texts of the messages that prove it, and the fact.

    ``quote`` is a part of one of the texts, the whole first one if None. ``subject`` None is the first text's speaker.
    """

    messages: tuple[str, ...]
    statement: str
    predicate: str
    object: str
    subject: str | None = None
    category: str = "other"
    quote: str | None = None
    certainty: str = "sure"
    time_words: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered message of a prompt; a line that was read before is not new."""

    number: int
    speaker: str
    text: str
    new: bool
    window: int


class FactResponder:
    """Answers each fact whose messages are all in the prompt, at least one of them new, and a summary per window.

    ``given`` counts how often each fact was answered, by its place in the list; ``shown`` the tokens of what the
    prompts showed of the memory: ``known`` facts, and the ``summary`` of sessions that go on.
    """

    def __init__(self, facts: Iterable[GoldFact]) -> None:
        self.facts = tuple(facts)
        self.given: Counter[int] = Counter()
        self.shown: Counter[str] = Counter()
        self._proving: dict[str, list[int]] = {}
        for place, fact in enumerate(self.facts):
            for text in fact.messages:
                self._proving.setdefault(folded(text), []).append(place)

    def answer(self, request: ChatRequest) -> dict[str, Any]:
        """Return the digest of the prompt in the last message."""
        prompt = str(request.messages[-1]["content"])
        lines = tuple(numbered(prompt))
        self.shown.update({kind: sum(map(count, said)) for kind, said in remembered(prompt).items()})
        return {"facts": list(self._facts(lines, known(prompt))), "signals": [], "windows": list(summaries(lines))}

    def _facts(self, lines: Sequence[Line], known_ids: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        # New lines come last, so that of equal texts a new one is cited.
        by_text = {folded(line.text): line for line in sorted(lines, key=lambda line: line.new)}
        places = {place for text in by_text for place in self._proving.get(text, ())}
        for place in sorted(places):
            cited = [by_text.get(folded(text)) for text in self.facts[place].messages]
            found = [line for line in cited if line is not None]
            if len(found) == len(cited) and any(line.new for line in found):
                self.given[place] += 1
                yield item(self.facts[place], found, known_ids)


def item(fact: GoldFact, cited: Sequence[Line], known_ids: Mapping[str, str]) -> dict[str, Any]:
    """Return a fact in the answer's form."""
    same = known_ids.get(folded(fact.statement))
    return {
        "m": sorted({line.number for line in cited}),
        "q": fact.quote or fact.messages[0],
        "s": fact.statement,
        "who": fact.subject or cited[0].speaker,
        "p": fact.predicate,
        "o": fact.object,
        "cat": fact.category,
        "op": f"same {same}" if same else None,
        "sure": fact.certainty,
        "t": fact.time_words,
    }


def summaries(lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """Yield for each window a title and a summary that are made of its own words."""
    for window in dict.fromkeys(line.window for line in lines):
        inside = [line for line in lines if line.window == window]
        speakers = " and ".join(dict.fromkeys(line.speaker for line in inside))
        first, last = (" ".join(line.text.split()[:12]) for line in (inside[0], inside[-1]))
        yield {
            "w": window,
            "title": " ".join(first.split()[:6]),
            "sum": f"{speakers} talked, from “{first}” to “{last}”.",
            "topics": [],
            "tone": None,
            "dec": [],
            "ask": [],
            "end": False,
        }


def numbered(prompt: str) -> Iterator[Line]:
    """Yield the numbered messages of a prompt, further lines joined to their first."""
    window = 0
    for entry in entries(prompt):
        if opened := _WINDOW.fullmatch(entry):
            window = int(opened[1])
        elif window and (line := _LINE.fullmatch(entry)):
            read_before, number, speaker, text = line.groups()
            yield Line(int(number), speaker, text, read_before is None, window)


def remembered(prompt: str) -> dict[str, list[str]]:
    """Return the lines of a prompt that come from the memory; the people's own lines are numbered."""
    said = entries(prompt)
    return {
        "known": [entry for entry in said if _KNOWN.fullmatch(entry)],
        "summary": [entry for entry in said if entry.startswith("before: ")],
    }


def known(prompt: str) -> dict[str, str]:
    """Return the short ids of the known facts by their folded statements."""
    return {folded(fact[2]): fact[1] for entry in entries(prompt) if (fact := _KNOWN.fullmatch(entry))}


def entries(prompt: str) -> list[str]:
    """Split a prompt into lines, those that are indented going on from the line above."""
    return re.split(r"\n(?!\t)", prompt)


def folded(text: str) -> str:
    """Return a text as it is compared: a prompt may break and indent it differently."""
    return " ".join(text.split())


def from_file(path: Path) -> tuple[GoldFact, ...]:
    """Read a JSON array of objects with the fields of ``GoldFact``; raises ``TypeError`` for an unknown field."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(GoldFact(**{**row, "messages": tuple(row["messages"])}) for row in rows)
