"""Pages end; what was asked to be done is done."""

import asyncio

import httpx
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from enrichment.web.admin.deadline import InTime


def asking(page: InTime) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(page), base_url="http://localhost")


async def test_a_page_that_takes_too_long_is_given_up() -> None:
    async def never(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.Event().wait()

    async with asking(InTime(never, PlainTextResponse("late", 503), seconds=0.02)) as browser:
        answer = await browser.get("/admin/")

    assert (answer.status_code, answer.text) == (503, "late")


async def test_what_was_asked_to_be_done_comes_to_its_end() -> None:
    loop = asyncio.get_running_loop()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        ended = loop.create_future()
        loop.call_later(0.05, ended.set_result, None)
        await ended
        await PlainTextResponse("done")(scope, receive, send)

    async with asking(InTime(slow, PlainTextResponse("late", 503), seconds=0.02)) as browser:
        answer = await browser.post("/admin/erase")

    assert (answer.status_code, answer.text) == (200, "done")
