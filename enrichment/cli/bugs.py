"""What a bug shows of itself: where it is, and nothing of what it was about."""

import sys
import traceback
from collections.abc import Iterator
from types import TracebackType


def say_where(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print a bug's type and place, as ``sys.excepthook``; its text may quote messages, keys or addresses.

    Drivers put whole rows and arguments into the texts of their errors.
    """
    print("enrichment: this is a bug; please report these lines", file=sys.stderr)
    for line in _lines(error.with_traceback(trace), kind.__name__):
        print(f"  {line}", file=sys.stderr)


def _lines(error: BaseException, name: str) -> Iterator[str]:
    yield name
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _lines(inner, type(inner).__name__)
    elif error.__cause__ is not None:
        yield from _lines(error.__cause__, f"caused by {type(error.__cause__).__name__}")
