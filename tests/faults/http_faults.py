"""Faults of servers that speak HTTP: answers of their own making, and answers that say everything twice."""

import json
import re
import time
from dataclasses import dataclass, field

from tests.faults.chaos_proxy import Link, Passing

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def whole(data: bytes) -> tuple[bytes, bytes] | None:
    """Return head and body of a request or an answer; None while the rest is on its way."""
    head, end, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not end or len(body) < (int(length[1]) if length else 0):
        return None
    return head, body


@dataclass(slots=True)
class Instead(Passing):
    """The first so many requests are answered by the proxy itself; ``asked_at`` are the times of all, in seconds.

    ``status`` may carry headers: ``429 Busy\r\nretry-after: 1``.
    """

    status: str
    times: int
    asked_at: list[float] = field(default_factory=list)
    _asked: dict[Link, bytes] = field(default_factory=dict)

    async def question(self, link: Link, data: bytes) -> None:
        asked = self._asked.pop(link, b"") + data
        if whole(asked) is None:
            self._asked[link] = asked
            return
        self.asked_at.append(time.monotonic())
        if len(self.asked_at) > self.times:
            await link.ask(asked)
            return
        head = f"HTTP/1.1 {self.status}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n"
        await link.answer(head.encode() + b"{}")


class Doubling(Passing):
    """Every page of points holds each of them twice, as when two shards have a copy."""

    async def answer(self, link: Link, data: bytes) -> None:
        link.held += data
        found = whole(link.held)
        if found is None:
            return
        head, body = found
        said = json.loads(body)
        if isinstance(said.get("result"), dict) and "points" in said["result"]:
            said["result"]["points"] += said["result"]["points"]
            body = json.dumps(said).encode()
        link.held = b""
        await link.answer(_LENGTH.sub(b"content-length: %d" % len(body), head) + b"\r\n\r\n" + body)
