"""Agents ask over HTTP while Postgres is away, hangs and comes back: a context always comes, the rest says "later"."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.faults.background import wait_until
from tests.faults.canaries import BOT, say
from tests.faults.chaos_proxy import Blackhole, Fault, Refusing
from tests.faults.rig import Rig

pytestmark = pytest.mark.faults

WHO = {"user_id": "u01", "bot": BOT}
BUSY = "select 1 from ledger where settled_at is null union all select 1 from users where owner is not null"
TOKEN = "token of the operator"


@pytest.fixture
def agent() -> Iterator[httpx.Client]:
    """An agent with the operator's token, for a worker that is yet to be started."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {TOKEN}"}, timeout=40) as agent:
        yield agent


def facts(agent: httpx.Client) -> list[Any]:
    try:
        return agent.get("/v1/context", params=WHO).json()["facts"]["value"] or []
    except httpx.TransportError:
        return []


def answers(agent: httpx.Client) -> list[httpx.Response]:
    """Return what everything but a context is answered with."""
    asks: list[Callable[[], httpx.Response]] = [
        lambda: agent.post("/v1/recall", json={**WHO, "question": "teapot"}),
        lambda: agent.post("/v1/users/u01/enrich", json={}),
    ]
    return [ask() for ask in asks]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("fault", [Refusing(), Blackhole()], ids=["away", "hanging"])
def test_without_postgres_a_context_comes_and_the_rest_says_later(rig: Rig, agent: httpx.Client, fault: Fault) -> None:
    rig.write(say(users=1, messages=2))
    worker = rig.start("run", WEB__PORT=agent.base_url.port, WEB__TOKEN=TOKEN, POSTGRES__STATEMENT_TIMEOUT_SECONDS=2)
    wait_until(lambda: len(facts(agent)) == 2, "the memory to be served", 60)
    wait_until(lambda: not rig.database.rows(BUSY), "the worker to be done", 30)

    rig.to_postgres.behave(fault)
    refused = answers(agent)
    context = agent.get("/v1/context", params={**WHO, "scope": "elsewhere"})
    rig.to_postgres.behave()
    wait_until(lambda: {answer.status_code for answer in answers(agent)} == {200}, "full service again", 60)
    wait_until(lambda: agent.get("/readyz").is_success, "the worker to be ready", 60)
    wait_until(lambda: not rig.database.rows(BUSY), "the worker to be done again", 30)
    worker.terminate()
    rig.end(worker, code=0)

    assert [(answer.status_code, answer.json()["reason"]) for answer in refused] == [(503, "unavailable")] * 2
    assert all(answer.headers["retry-after"] for answer in refused)
    assert (context.status_code, context.json()["facts"]["freshness"]) == (200, "absent")
