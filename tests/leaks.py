"""A plugin that fails every test in which something private was logged, served as an error or shown by a health page.

Private are the secrets below, which the shared fixtures put where keys and passwords belong, and each text that a test
lets somebody write (``keep_private``). Searched are: what structlog prints, wherever to; what is written to stderr;
what the health pages and the metrics answer; and every error page.
"""

from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

API_KEY = "sk-canary-of-the-suite"
PASSWORD = "canary-of-the-suites-database"
SECRETS = (API_KEY, PASSWORD, "sk-key-of-the-rig", "p4ssw0rd-of-the-rig")
# Shorter ones are words that a log may hold by chance.
SHORTEST = 12
PAGES = ("/livez", "/readyz", "/progress", "/metrics")
# What the stores and the model answer is not what we serve.
OF_OTHERS = ("/collections", "/aliases", "/v1/chat/completions", "/v1/embeddings", "/points")

_private: set[str] = set()
_heard: list[str] = []


def keep_private(texts: Iterable[object]) -> None:
    """Let these texts be canaries until the session ends."""
    _private.update(text for text in texts if isinstance(text, str) and len(text) >= SHORTEST)


def leaks(said: Iterable[str]) -> list[str]:
    """Return what is private and occurs, as its beginning."""
    whole = "\n".join(said)
    return sorted(text[:40] for text in (*SECRETS, *_private) if whole and text in whole)


def demand_no_leak(files: Iterable[Path]) -> None:
    """Fail if one of these logs holds anything private."""
    for file in files:
        found = leaks([file.read_text(encoding="utf-8", errors="replace")])
        assert not found, f"{file.name} holds what is private: {found}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look through all that was said in this phase of a test."""
    report = yield
    written = [text for title, text in report.sections if "stderr" in title or "log" in title]
    found = leaks([*_heard, *written])
    _heard.clear()
    if found and report.passed:
        report.outcome = "failed"
        report.longrepr = f"something private was logged or served: {found}"
    return report


def pytest_configure() -> None:
    """Listen, before anybody can have taken a logger."""
    print_line = _heard_line(structlog.PrintLogger.msg)
    for name in ("msg", "log", "debug", "info", "warn", "warning", "error", "critical", "exception", "fatal"):
        setattr(structlog.PrintLogger, name, print_line)
    _listen_to(pytest.CaptureFixture, "readouterr", lambda captured: _heard.append(str(captured.err)))
    _listen_to(httpx.Client, "send", _hear_page)
    httpx.AsyncClient.send = _heard_page(httpx.AsyncClient.send)  # type: ignore[method-assign]


def _heard_line(print_line: Callable[[Any, str], None]) -> Callable[[Any, str], None]:
    def msg(self: object, message: str) -> None:
        _heard.append(message)
        print_line(self, message)

    return msg


def _listen_to(owner: type, name: str, hear: Callable[[Any], None]) -> None:
    method = getattr(owner, name)

    def heard(*arguments: object, **named: object) -> object:
        result = method(*arguments, **named)
        hear(result)
        return result

    setattr(owner, name, heard)


def _heard_page(send: Callable[..., Any]) -> Callable[..., Any]:
    async def heard(*arguments: object, **named: object) -> object:
        answer = await send(*arguments, **named)
        _hear_page(answer)
        return answer

    return heard


def _hear_page(answer: httpx.Response) -> None:
    path = answer.request.url.path
    served = path in PAGES or (answer.is_error and not path.startswith(OF_OTHERS))
    if served and answer.is_stream_consumed:
        _heard.append(answer.text)
