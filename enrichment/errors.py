"""The tree of errors, and who handles each.

    EnrichmentError
    ├── ConfigurationError      cli: exit 78, before anything is written
    ├── DependencyUnavailable   loop: waits, unready · cli: exit 69 if nothing was ever reached, else 75
    ├── LeaseLost               cycle: leaves the user to its new owner, counted
    │   └── CommitFenced        the same, at the last moment: the fence alone kept it from being written
    ├── UserErased              cycle: plans the user again, the messages settle as skipped(erased)
    ├── ConflictingLedger       cycle: plans the user again, another writer was first
    ├── WorkPaused              loop: waits for the end of the pause · cli: exit 75
    ├── RunIsOver               turn: gives the batch back, nothing of it was sent
    ├── BudgetExhausted         asking: waits for calls in flight · loop: pauses · cli: exit 77
    │   └── UserBudgetExhausted cycle: leaves this user for today, counted
    ├── ModelUnavailable        cycle: the messages stay pending, no attempt is counted · cli: exit 75 or 69
    ├── ModelAccessDenied       loop: pauses, probes · cli: exit 77
    ├── AskedWrongly            asking: asks again at once, in the way that it names
    └── UnusableAnswer          turn: one repair where that may help, bisection, quarantine

A foreign error is translated where it enters (an adapter), with ``raise … from``. Nothing is ever decided on its text.
"""

from enum import StrEnum


class EnrichmentError(Exception):
    """Anything this program raises on purpose; its text is for the operator and holds no message text, key or DSN."""


class ConfigurationError(EnrichmentError):
    """A setting, a schema or a data folder that cannot work; the text names it and says what to do."""


class DependencyUnavailable(EnrichmentError):
    """Postgres, Qdrant or a folder does not answer now and may do so later."""

    def __init__(self, dependency: str, what: str) -> None:
        super().__init__(f"{dependency}: {what}")
        self.dependency = dependency


class LeaseLost(EnrichmentError):
    """The right to work for this user has gone to somebody else, or has run out."""


class CommitFenced(LeaseLost):
    """The right to work for this user was found to be lost in the commit's own transaction."""


class UserErased(EnrichmentError):
    """The user was erased after the batch was taken: nothing of it may be written."""


class ConflictingLedger(EnrichmentError):
    """A message of this batch has been committed already: nothing of the batch was written."""


class WorkPaused(EnrichmentError):
    """An operator has paused all replicas."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"paused by an operator{f' ({reason})' if reason else ''}: `enrichment resume` ends that")


class RunIsOver(EnrichmentError):
    """The run was told to end before a request was begun: nothing was reserved, nothing sent."""


class BudgetExhausted(EnrichmentError):
    """The reservation for a call does not fit what is left of a budget.

    ``may_return``: it would, if the calls in flight cost nothing; what they leave over of their reservations may do.
    """

    def __init__(self, budget: str, *, may_return: bool = False) -> None:
        super().__init__(f"the budget {budget} is used up")
        self.budget = budget
        self.may_return = may_return


class UserBudgetExhausted(BudgetExhausted):
    """The budget that is used up is this user's own: everybody else goes on."""


class ModelFailure(StrEnum):
    """Why a call gave nothing that can be used: the closed set of reasons, also the metric's label."""

    TRANSPORT = "transport"
    RATE = "rate"
    SERVER = "server"
    QUOTA = "quota"
    AUTH = "auth"
    FORM = "form"
    SCHEMA = "schema"
    TRUNCATED = "truncated"
    REFUSAL = "refusal"
    POLICY = "policy"
    TOO_LONG = "too_long"
    REJECTED_ITEMS = "rejected_items"
    CRASH = "crash"


class ModelError(EnrichmentError):
    """A request to the model that failed for one of the closed reasons.

    ``charged`` is the ``domain.prompt.Answer`` that was paid for nevertheless, None if nothing was. ``cost_unknown``:
    it was sent and nobody knows what became of it, so that it may have been paid for.
    """

    charged: object | None = None
    cost_unknown: bool = False

    def __init__(self, failure: ModelFailure, what: str) -> None:
        super().__init__(f"{failure.value}: {what}")
        self.failure = failure


class ModelUnavailable(ModelError):
    """Transport, rate or server: nothing is wrong with the messages, try again later."""

    def __init__(self, failure: ModelFailure, what: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(failure, what)
        self.retry_after_seconds = retry_after_seconds


class ModelAccessDenied(ModelError):
    """Authentication or quota: every further call would fail the same way."""


class AskedWrongly(ModelError):
    """The server does not take this way of asking; ``instead`` is the model's own note of the next one."""

    def __init__(self, what: str, instead: object) -> None:
        super().__init__(ModelFailure.FORM, what)
        self.instead = instead


class UnusableAnswer(ModelError):
    """The model answered, and the answer cannot be used: the messages of the batch may be the cause."""
