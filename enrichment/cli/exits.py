"""Exit codes, after sysexits.h where it has one, and which error means which."""

from enum import IntEnum

from enrichment.errors import (
    BudgetExhausted,
    ConfigurationError,
    DependencyUnavailable,
    EnrichmentError,
    ModelAccessDenied,
    ModelUnavailable,
    WorkPaused,
)


class Exit(IntEnum):
    """What the caller (a person, cron, a container) can act on."""

    DONE = 0
    BUG = 1
    QUARANTINED = 3
    USAGE = 64
    UNAVAILABLE = 69
    WORK_LEFT = 75
    NO_ACCESS = 77
    CONFIGURATION = 78


def exit_for(error: EnrichmentError) -> Exit:
    """Return the code for an error that ended a command."""
    match error:
        case ConfigurationError():
            return Exit.CONFIGURATION
        case DependencyUnavailable() | ModelUnavailable():
            return Exit.UNAVAILABLE
        case WorkPaused():
            return Exit.WORK_LEFT
        case ModelAccessDenied() | BudgetExhausted():
            return Exit.NO_ACCESS
        case _:
            return Exit.BUG
