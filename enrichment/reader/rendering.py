"""Says a context in lines, the most relevant first in each section; the same memory gives the same lines."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from enrichment.reader.fence import quoted, shortened
from enrichment.reader.values import Context, ServedFact, SessionSummary, WorkContext

_LONGEST: Final = 400
_MOST_NAMED: Final = 6
_LONGEST_PREFERENCE: Final = 40
_PREFERENCES: Final = ("language", "tone", "length", "emoji", "address")
_SENTENCES: Final = re.compile(r"(?<=[.!?\u0964])\s+|(?<=[\u3002\uff01\uff1f])")
_FORMATS: Final = {"year": "%Y", "decade": "%Y", "season": "%Y-%m", "month": "%Y-%m"}


def profile(context: Context) -> Iterator[str]:
    """Yield how the user wants to be answered, who they are, and what they care for."""
    known = context.profile.value
    if known is None:
        return
    wishes = [f"{name}: {value}" for name in _PREFERENCES if (value := _value(known.preferences.get(name)))]
    if wishes:
        yield _line("prefers answers with " + ", ".join(map(quoted, wishes)))
    if known.language and "language" not in known.preferences:
        yield _line(f"writes in: {known.language}")
    if known.timezone:
        yield _line(f"time zone: {known.timezone}")
    for sentence in _SENTENCES.split(known.summary):
        if sentence.strip():
            yield _line(sentence)
    for name, items in (("cares for", known.interests), ("traits", known.traits)):
        named = [quoted(str(item["name"])) for item in items.get("items", ())[:_MOST_NAMED] if "name" in item]
        if named:
            yield _line(f"{name}: " + ", ".join(named))


def memories(context: Context) -> Iterator[str]:
    """Yield what is known of the user, by relevance."""
    for fact in context.facts.value or ():
        yield _line(fact.statement, _when(fact))


def current(context: Context) -> Iterator[str]:
    """Yield what user and bot are at, then what their last sessions were about."""
    if context.work.value is not None:
        yield from _work(context.work.value)
    for summary in context.summaries.value or ():
        yield _summary(summary)


def _work(work: WorkContext) -> Iterator[str]:
    named = (("project", work.project), ("task", work.task), ("branch", work.branch))
    at_work = [f"{name}: {quoted(value)}" for name, value in named if value]
    if at_work:
        yield _line("at work on " + ", ".join(at_work))
    if work.skills:
        yield _line("used last: " + ", ".join(map(quoted, work.skills)))
    for note in work.notes:
        yield _line(f"this session: {note}")


def _summary(summary: SessionSummary) -> str:
    return _line(f"{_day(summary.ended_at)}, {summary.title}: {summary.text}")


def _line(text: str, when: str = "") -> str:
    return f"- {shortened(quoted(text), _LONGEST)}{when}"


def _when(fact: ServedFact) -> str:
    """Return when it happened, and until when it holds; never how long ago, which would change by itself."""
    said = _day(fact.occurred_from, fact.granularity) if fact.occurred_from else ""
    until = f"until {_day(fact.valid_until)}" if fact.valid_until else ""
    both = ", ".join(filter(None, (said, until)))
    return f" ({both})" if both else ""


def _day(at: datetime, granularity: str | None = None) -> str:
    return at.strftime(_FORMATS.get(granularity or "day", "%Y-%m-%d"))


def _value(preference: Any) -> str:  # noqa: ANN401 - any JSON value
    found = preference.get("value") if isinstance(preference, dict) else preference
    return shortened(str(found), _LONGEST_PREFERENCE) if found else ""
