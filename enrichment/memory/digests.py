"""Digests of days, weeks and months, put together from what the sessions' summaries say; no model is asked.

A digest is a function of its parts, one for each session that began in the period. Once a summary is too old to be
kept, its part of the month remains.
"""

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any


class Period(StrEnum):
    """What a digest is of."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a digest keeps of one session; ``facts`` are up to three that it taught, by id, while they hold.

    ``folded``: the session's summary is not kept any more.
    """

    session_id: str
    at: str
    title: str
    line: str
    messages: int
    topics: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    facts: Mapping[str, str]
    folded: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return what ``of`` takes."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Part":
        """Return the part that was stored so."""
        lists = {name: tuple(stored[name]) for name in ("topics", "decisions", "questions")}
        return cls(**{**stored, **lists})


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The digest of one period."""

    title: str
    text: str
    topics: tuple[str, ...]
    decisions: tuple[str, ...]
    questions: tuple[str, ...]
    messages: int
    parts: tuple[Part, ...]
    session_ids: tuple[uuid.UUID, ...]
    fact_ids: tuple[uuid.UUID, ...]


# How many sessions a digest is made of, and how long its text may be.
_PARTS: Mapping[Period, int] = {Period.DAY: 48, Period.WEEK: 96, Period.MONTH: 192}
_LONGEST: Mapping[Period, int] = {Period.DAY: 1_200, Period.WEEK: 1_600, Period.MONTH: 2_000}
_LINE, _LEARNT, _TITLES, _TOPICS, _LISTED = 300, 500, 3, 8, 12
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")  # noqa: RUF001 - full width signs end sentences too


def starts_on(at: datetime, period: Period) -> date:
    """Return the first day of the period, in UTC, that a time belongs to."""
    day = at.date()
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period is Period.MONTH else day


def line_of(summary: str) -> str:
    """Return the first sentences of a summary, as many as fit a line; of one that is too long, its beginning."""
    line = ""
    for sentence in _SENTENCE.split(" ".join(summary.split())):
        if len(line) + len(sentence) >= _LINE:
            break
        line = f"{line} {sentence}".strip()
    return line or summary[: _LINE - 1].rsplit(None, 1)[0] + "…"


def merged(before: Iterable[Part], new: Iterable[Part], gone: Iterable[str] = ()) -> tuple[Part, ...]:
    """Return the parts with new ones in place of those of the same sessions, and without those that have gone.

    A session that goes on after its summary was folded adds to what remains of it.
    """
    parts = {part.session_id: part for part in before}
    for part in new:
        last = parts.get(part.session_id)
        parts[part.session_id] = _continued(last, part) if last is not None and last.folded else part
    for session_id in gone:
        parts.pop(session_id, None)
    return tuple(sorted(parts.values(), key=_by_time))


def _continued(last: Part, part: Part) -> Part:
    """Return a folded part with what was said since: half of the line is for what is not kept elsewhere."""
    half = _LINE // 2
    line = f"{last.line[:half]} {part.line[: half - 1]}"
    topics = tuple(dict.fromkeys((*last.topics, *part.topics)))[:_TOPICS]
    return replace(part, line=line, title=last.title, topics=topics, facts={**last.facts, **part.facts}, folded=True)


def digest_of(period: Period, parts: Sequence[Part]) -> Digest:
    """Return the digest of these parts; of more than it has room for, those of the longest sessions."""
    weightiest = sorted(parts, key=_by_weight)
    kept = sorted(weightiest[: _PARTS[period]], key=_by_time)
    topics = Counter(topic for part in kept for topic in part.topics)
    order = {topic: place for place, topic in enumerate(topics)}
    return Digest(
        title=" · ".join(dict.fromkeys(part.title for part in weightiest[:_TITLES])),
        text=_text(period, kept),
        topics=tuple(sorted(topics, key=lambda one: (-topics[one], order[one]))[:_TOPICS]),
        decisions=tuple(dict.fromkeys(one for part in kept for one in part.decisions))[-_LISTED:],
        questions=tuple(dict.fromkeys(one for part in kept for one in part.questions))[-_LISTED:],
        messages=sum(part.messages for part in kept),
        parts=tuple(kept),
        session_ids=tuple(uuid.UUID(part.session_id) for part in kept),
        fact_ids=tuple(sorted({uuid.UUID(fact_id) for part in kept for fact_id in part.facts})),
    )


def _text(period: Period, parts: Sequence[Part]) -> str:
    """Return a line for each session, of the longest sessions as many as fit, and what was learnt."""
    lines = {part.session_id: _line(period, part) for part in parts}
    left = _LONGEST[period] - _LEARNT
    told: set[str] = set()
    for part in sorted(parts, key=_by_weight):
        if len(lines[part.session_id]) + 1 <= left:
            left -= len(lines[part.session_id]) + 1
            told.add(part.session_id)
    text = [lines[part.session_id] for part in parts if part.session_id in told]
    return "\n".join([*text, *_learnt(parts)])


def _line(period: Period, part: Part) -> str:
    line = part.line if period is Period.DAY else _SENTENCE.split(part.line)[0]
    when = "" if period is Period.DAY else f"{part.at[:10]} "
    return f"{when}{part.title}: {line}"


def _learnt(parts: Iterable[Part]) -> Iterator[str]:
    statements, length = [], 0
    for statement in dict.fromkeys(statement for part in parts for statement in part.facts.values()):
        if length + len(statement) + 1 <= _LEARNT - len("Learnt: "):
            length += len(statement) + 1
            statements.append(statement)
    if statements:
        yield "Learnt: " + " ".join(statements)


def _by_time(part: Part) -> tuple[str, str]:
    return part.at, part.session_id


def _by_weight(part: Part) -> tuple[int, str, str]:
    return -part.messages, part.at, part.session_id
