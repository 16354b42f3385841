"""What a run did, counted as it goes; the names are those of the ``--json`` report."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from enrichment.domain.changes import Committed
from enrichment.domain.digest import Refused
from enrichment.domain.prompt import Usage
from enrichment.errors import CommitFenced, ConflictingLedger, EnrichmentError, LeaseLost, UserErased

# Reasons, for the report, why a turn that went well so far could not be finished by us.
TAKEN_FROM_US: dict[type[EnrichmentError], str] = {
    LeaseLost: "lease_lost",
    CommitFenced: "lease_lost",
    UserErased: "user_erased",
    ConflictingLedger: "conflicting_ledger",
}


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of a run or of a turn. Messages are counted once, points that were only settled again are not.

    ``pending_left`` is None until somebody looked. ``left_behind`` are chunks whose siblings are still
    missing. ``collections`` counts by (collection, ``messages | facts | summaries``), ``refused`` the dropped items of
    answers by reason, ``failures`` the calls and turns that came to nothing, by reason, ``engines_failed`` the batches
    that an engine could not take, by its name, ``sources_failed`` how often a source outside gave engines nothing
    because it failed, by source. ``attempts`` are the requests sent to the model, ``model_calls`` those of them that
    were answered and charged, ``retries`` what was tried again after a pause, by reason; ``truncated`` are messages
    that the model was shown without their middle; ``waited_seconds`` adds up all waiting for the model's limits and
    between tries. ``fenced_commits`` were refused because the user had gone to another worker, and only the fence knew.
    """

    completed: int = 0
    skipped: int = 0
    quarantined: int = 0
    pending_left: int | None = None
    left_behind: int = 0
    users: int = 0
    batches: int = 0
    fenced_commits: int = 0
    attempts: int = 0
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    facts_new: int = 0
    facts_confirmed: int = 0
    facts_superseded: int = 0
    summaries: int = 0
    truncated: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    engines_failed: Counter[str] = field(default_factory=Counter)
    sources_failed: Counter[str] = field(default_factory=Counter)
    retries: Counter[str] = field(default_factory=Counter)
    waited_seconds: float = 0.0
    collections: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def handled(self) -> int:
        """How many messages reached a final state."""
        return self.completed + self.skipped + self.quarantined

    def taken(self, error: EnrichmentError) -> str:
        """Count what the fence refused, and return the reason why a turn was taken from us."""
        self.fenced_commits += isinstance(error, CommitFenced)
        return TAKEN_FROM_US[type(error)]

    def add_call(self, usage: Usage, cost_usd: Decimal) -> None:
        """Count a call that was answered, at this cost, as budgets count it."""
        self.model_calls += 1
        self.prompt_tokens += usage.prompt_tokens
        self.completion_tokens += usage.completion_tokens
        self.cached_tokens += usage.cached_tokens
        self.cost_usd += cost_usd

    def add_commit(self, committed: Committed, refused: Iterable[Refused], collection: str) -> None:
        """Count a batch that was committed, under the collection that it began in."""
        self.batches += 1
        self.completed += committed.messages
        self.facts_new += committed.facts_new
        self.facts_confirmed += committed.facts_confirmed
        self.facts_superseded += committed.facts_superseded
        self.summaries += committed.summaries
        self.truncated += committed.truncated
        self.refused.update(item.reason.value for item in refused)
        done = {"messages": committed.messages, "facts": committed.facts_new, "summaries": committed.summaries}
        self.collections.update({(collection, what): count for what, count in done.items()})

    def absorb(self, turn: "Tally") -> None:
        """Add the counts of a turn."""
        for name in self.__slots__:
            if name != "pending_left":
                setattr(self, name, getattr(self, name) + getattr(turn, name))

    def report(self) -> dict[str, Any]:
        """Return the counts as JSON holds them; money as a float of US dollars, time in seconds."""
        shown = {name: getattr(self, name) for name in self.__slots__}
        shown["cost_usd"] = float(self.cost_usd)
        shown["seconds"] = round(self.seconds, 3)
        shown["cpu_seconds"] = round(self.cpu_seconds, 3)
        shown["waited_seconds"] = round(self.waited_seconds, 3)
        shown["collections"] = {name: self.of_collection(name) for name in sorted({key[0] for key in self.collections})}
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in shown.items()}

    def of_collection(self, name: str) -> dict[str, int]:
        """Return what was done in one collection."""
        return {what: self.collections[name, what] for what in ("messages", "facts", "summaries")}
