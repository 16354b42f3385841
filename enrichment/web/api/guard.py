"""What every request passes before it is looked at: who asks, how often, how much, and how long it may take."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from enrichment.web.api.buckets import Buckets
from enrichment.web.api.callers import Caller, Tokens
from enrichment.web.api.problems import Reason, Refused, problem
from enrichment.web.forwarded import is_forwarded

# Route, method, status and seconds of a request; the route is None for a path that there is not.
Observed = Callable[[str | None, str, int, float], None]
LARGEST_BODY: Final = 65_536
DEADLINE_SECONDS: Final = 30.0
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# Sent by browsers, and only by them: whose page asks.
_OWN_SITES: Final = frozenset({"same-origin", "none"})
_HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiOptions:
    """Who may ask, and how much: requests with one token in a minute, and seconds that one may take."""

    tokens: Tokens
    per_minute: float
    deadline_seconds: float = DEADLINE_SECONDS
    prefix: str = "/v1"


class Guard:
    """Refuses what must not get further; the caller stands in the request's state."""

    def __init__(self, inner: ASGIApp, options: ApiOptions, observed: Observed) -> None:
        self._inner, self._options, self._observed = inner, options, observed
        self._buckets = Buckets(options.per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        clock, answer = asyncio.get_running_loop().time, _Answer(send)
        scope, began = {**scope, "state": {**scope.get("state", {})}}, clock()
        limit = asyncio.timeout(self._options.deadline_seconds)
        try:
            async with limit:
                await self._answered(scope, receive, answer)
        except TimeoutError:
            if not limit.expired():
                raise
            if not answer.status:
                await problem(Reason.TOO_LATE)(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "path_format", None)
            template = route and f"{self._options.prefix}{route}"
            self._observed(template, scope["method"], answer.status or 500, clock() - began)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            scope["state"]["caller"] = self._admitted(scope)
            body = await _body(Headers(scope=scope), receive)
        except Refused as refused:
            await problem(refused.reason, retry_seconds=refused.retry_seconds)(scope, receive, send)
        else:
            await self._inner(scope, _Replay(body, receive), send)

    def _admitted(self, scope: Scope) -> Caller:
        headers = Headers(scope=scope)
        if not self._options.tokens and not _is_of_this_machine(headers):
            raise Refused(Reason.FOREIGN_ORIGIN)
        caller = self._options.tokens.caller(headers.get("authorization", ""))
        if wait := self._buckets.take(caller, asyncio.get_running_loop().time()):
            raise Refused(Reason.TOO_MANY, retry_seconds=wait)
        if caller is None:
            raise Refused(Reason.UNAUTHORISED)
        # What a form of another site can send without asking first is no JSON.
        if scope["method"] in _WITH_BODY and _media_type(headers) != "application/json":
            raise Refused(Reason.NOT_JSON)
        return caller


class _Answer:
    """Sends on, to be kept by nobody on the way, and remembers the status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message).update(_HEADERS)
        await self._send(message)


class _Replay:
    """Gives a body that was read, and then what else comes: that the client has gone."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if (body := self._body) is None:
            return await self._receive()
        self._body = None
        return {"type": "http.request", "body": body, "more_body": False}


async def _body(headers: Headers, receive: Receive) -> bytes:
    announced = headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:20]) > LARGEST_BODY:
        raise Refused(Reason.TOO_LARGE)
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(Reason.MALFORMED)
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            raise Refused(Reason.TOO_LARGE)
    return bytes(body)


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_of_this_machine(headers: Headers) -> bool:
    """Tell whether a request comes from no proxy, no page of another site, and under no name that others gave us.

    A name that is pointed at loopback after its page was loaded makes that page ours, for a browser; its Host stays.
    """
    if is_forwarded(headers):
        return False
    host = headers.get("host", "")
    try:
        is_ours = urlsplit(f"//{host}").hostname in _LOOPBACK
        origin = urlsplit(headers.get("origin", f"//{host}")).netloc
    except ValueError:
        return False
    return is_ours and origin == host and headers.get("sec-fetch-site", "none") in _OWN_SITES
