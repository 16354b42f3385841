"""A bug in a page is logged by its kind and place, without a word of what it was about."""

import asyncio
import logging

import httpx
import pytest
import structlog
from starlette.types import Receive, Scope, Send

from enrichment.web.server import Quiet, listen, served

SECRET = "she is allergic to nuts"


async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise LookupError(SECRET)


async def test_a_bug_in_a_page_is_logged_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="uvicorn.error")  # the tests' model server silences it
    with structlog.testing.capture_logs() as said:
        async with served(broken, listen("127.0.0.1", 0)) as address, httpx.AsyncClient() as client:
            answer = await client.get(address)

    [failed] = [entry for entry in said if entry["event"] == "web.request_failed"]
    assert answer.status_code == 500
    assert failed["kind"] == "LookupError"
    assert __file__ in failed["place"]
    assert SECRET not in caplog.text + str(said) + answer.text


async def test_a_server_that_ends_by_itself_ends_nothing_else_and_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = asyncio.Event()

    async def fail(_: Quiet) -> None:
        asyncio.get_running_loop().call_soon(ended.set)
        raise LookupError(SECRET)

    monkeypatch.setattr(Quiet, "main_loop", fail)
    with structlog.testing.capture_logs() as said:
        async with served(broken, listen("127.0.0.1", 0)):
            await ended.wait()

    assert said[-1] == {"event": "web.ended", "error": "LookupError", "log_level": "error"}
    assert SECRET not in str(said)
