"""How a reader behaves, how a question is to be understood, and what a work context takes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from enrichment.domain.dates import Interval
from enrichment.reader.events import Hook, ignore
from enrichment.reader.wire import WireOptions

DEADLINE: Final = timedelta(milliseconds=250)
# Recalling is an agent's tool: it may take longer than what every reply waits for.
RECALL_DEADLINE: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderOptions:
    """How a reader behaves.

    ``namespace`` is that of the agent's collections; the deadlines hold for calls that name none. Contexts are cached
    for ``good_for`` (zero: not at all), up to ``cached_contexts`` of them, and served as stale for ``keep_for`` while
    the database is away. ``listen`` drops what changed at once; behind a transaction pooler it cannot, and changes show
    after ``good_for``. Which facts were used is written every ``log_every``, up to ``noted_accesses`` at a time;
    ``log_accesses=False`` writes nothing of it.
    """

    namespace: str = ""
    deadline: timedelta = DEADLINE
    recall_deadline: timedelta = RECALL_DEADLINE
    most_facts: int = 30
    most_summaries: int = 5
    cached_contexts: int = 500
    good_for: timedelta = timedelta(minutes=1)
    keep_for: timedelta = timedelta(minutes=15)
    listen: bool = True
    log_accesses: bool = True
    log_every: timedelta = timedelta(seconds=5)
    noted_accesses: int = 10_000
    wire: WireOptions = field(default_factory=WireOptions)
    on_event: Hook = ignore


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a question is to be understood: ``zone`` (an IANA name) and ``language`` are the user's.

    ``during`` is an interval to look in, whatever the question says of a time; ``asked_at`` is when it was asked, if
    that is not now.
    """

    scope: str = ""
    zone: str = "UTC"
    language: str | None = None
    during: Interval | None = None
    most: int = 10
    asked_at: datetime | None = None


ANYTHING: Final = Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUpdate:
    """A change of the work context: None leaves a value as it is, an empty text clears it; texts up to 500 characters.

    ``skill`` and ``note`` are added to the latest ones.
    """

    project: str | None = None
    task: str | None = None
    branch: str | None = None
    skill: str | None = None
    note: str | None = None
