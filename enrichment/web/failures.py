"""What the log says of a request that ended in a bug: its kind and its place, and nothing of what it was about."""

import asyncio
import logging
import traceback
from typing import Any

import structlog

log = structlog.get_logger()


class WithoutTexts(logging.Filter):
    """Puts an event of ours in the place of uvicorn's traceback, whose text may quote messages, keys or addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let records pass that bring no exception."""
        if not isinstance(record.exc_info, tuple) or record.exc_info[0] is None:
            return True
        kind, error, _ = record.exc_info
        # A request that is cut off at the end of the process is no bug.
        if not issubclass(kind, asyncio.CancelledError):
            log.error("web.request_failed", kind=kind.__name__, place=_place(error))
        return False


def _place(error: BaseException | None) -> str:
    frames: list[Any] = traceback.extract_tb(error.__traceback__) if error else []
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def log_without_texts() -> None:
    """Have it so for all servers of this process."""
    logger = logging.getLogger("uvicorn.error")
    if not any(isinstance(one, WithoutTexts) for one in logger.filters):
        logger.addFilter(WithoutTexts())
