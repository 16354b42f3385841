"""A server that is not there, slow, or answers nonsense."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from enrichment.adapters.qdrant.pending import QdrantPending
from enrichment.adapters.qdrant.server import QdrantBusy, connected, while_busy
from enrichment.adapters.resilience import Retries
from enrichment.domain.messages import PointRef
from enrichment.errors import DependencyUnavailable
from tests.adapters.qdrant.worlds import FrozenClock

HEAD = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"


@asynccontextmanager
async def saying(answer: bytes, status: bytes = b"200 OK", length: int | None = None) -> AsyncIterator[str]:
    """A server that gives one answer to everything; none at all for an empty one."""

    writers: list[asyncio.StreamWriter] = []
    head = HEAD % (status, len(answer) if length is None else length)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        while await reader.read(65536):
            writer.write(head + answer if answer else b"")

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for writer in writers:
            writer.close()
            await writer.wait_closed()


async def failure(url: str) -> DependencyUnavailable:
    """Ask for everything; return what listing the backlog says, once all have failed alike."""
    async with connected(url, api_key="s3cret") as server:
        pending = QdrantPending(server, FrozenClock())
        with pytest.raises(DependencyUnavailable):
            await pending.collections()
        with pytest.raises(DependencyUnavailable):
            await pending.fetch("u1", [PointRef("ada", "1")])
        with pytest.raises(DependencyUnavailable) as caught:
            [page async for page in pending.backlog("ada")]
    return caught.value


async def test_an_unreachable_server_is_unavailable_and_its_address_stays_untold() -> None:
    said = await failure("http://127.0.0.1:9")

    assert str(said) == "qdrant: failed to list pending messages (ConnectError)"


async def test_a_server_that_never_answers_is_given_up_at_the_deadline() -> None:
    async with saying(b"") as url, connected(url, timeout_seconds=0.5) as server:
        with pytest.raises(DependencyUnavailable, match=r"failed to list collections \(ReadTimeout\)"):
            await QdrantPending(server, FrozenClock()).collections()


@pytest.mark.parametrize(
    "answer", [b"<html>", b"{}", b"[]", b'{"result": null}', b'{"result": {"points": null}}', b'{"result": {}}']
)
async def test_an_answer_that_is_none_is_no_empty_backlog(answer: bytes) -> None:
    async with saying(answer) as url:
        await failure(url)


@pytest.mark.parametrize("status", [b"500 Oops", b"503 Busy", b"429 Slow Down", b"404 Not Here", b"302 Elsewhere"])
async def test_an_error_is_told_by_its_status(status: bytes) -> None:
    async with saying(b"{}", status) as url:
        said = await failure(url)

    assert said.dependency == "qdrant"


async def test_a_refused_key_is_named_by_its_setting() -> None:
    async with saying(b'{"status": {"error": "s3cret"}}', b"401 Unauthorized") as url:
        said = await failure(url)

    assert "ENRICHMENT_QDRANT__API_KEY" in str(said)
    assert "s3cret" not in str(said)


async def test_an_answer_that_would_not_fit_into_memory_is_not_read() -> None:
    async with saying(b"{", length=50_000_000) as url, connected(url) as server:
        pending = QdrantPending(server, FrozenClock())

        with pytest.raises(DependencyUnavailable, match="PageTooLarge"):
            await pending.fetch("u1", [PointRef("ada", "1")])


@pytest.mark.parametrize(("status", "tries"), [(b"503 Busy", 3), (b"429 Wait", 3), (b"500 Oops", 3), (b"400 No", 1)])
async def test_only_what_may_help_is_tried_again_and_within_bounds(status: bytes, tries: int) -> None:
    counted: list[BaseException] = []
    retry = while_busy(Retries(attempts=3, seconds=5, base_seconds=0.001), counted.append)

    async with saying(b"{}", status) as url, connected(url, retry=retry) as server:
        with pytest.raises(DependencyUnavailable):
            await QdrantPending(server, FrozenClock()).collections()

    assert len(counted) == tries - 1


async def test_a_demand_to_stay_away_longer_than_allowed_ends_the_tries() -> None:
    retry = while_busy(Retries(attempts=3, seconds=5, base_seconds=0.001))
    head = b"429 Wait\r\nretry-after: 3600"

    async with saying(b"{}", head) as url, connected(url, retry=retry) as server:
        with pytest.raises(QdrantBusy) as caught:
            await QdrantPending(server, FrozenClock()).collections()

    assert caught.value.retry_after_seconds == 3600
