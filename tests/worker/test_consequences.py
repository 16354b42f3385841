"""What follows from a failure of the model, in docs/model-errors.md, is what the worker does, row by row."""

import asyncio
import json
import re
from dataclasses import dataclass

import pytest

from bench.model_server import Behaviour, ContentFiltered, Dropped, Failing, RateLimited, Refusing, Saying, Truncated
from enrichment.app import open_app
from enrichment.cli.exits import Exit
from enrichment.cli.running import _drained
from enrichment.domain.tally import Tally
from tests.adapters.model.test_taxonomy import rows
from tests.worker.stage import Stage

ROWS = {row[0]: row[1:] for row in rows("What follows from it")}
INVENTED: dict[str, object] = {"m": [99], "q": "x", "s": "user owns a boat.", "who": "user", "p": "owns", "o": "boat"}
INVENTED |= {"cat": "possession", "op": None, "sure": "sure", "t": None}
INVENTIONS = [INVENTED | {"s": f"user owns {number} boats."} for number in range(2, 11)]
PLAYED: dict[str, Behaviour] = {
    "transport": Dropped(),
    "rate": RateLimited("0"),
    "server": Failing(500),
    "quota": Failing(402),
    "auth": Failing(401),
    "form": Failing(400),
    "schema": Saying("I have noted it all."),
    "rejected_items": Saying(json.dumps({"facts": INVENTIONS, "signals": [], "windows": []})),
    "truncated": Truncated(),
    "refusal": Refusing(),
    "policy": ContentFiltered(),
    "too_long": Failing(400, "context_length_exceeded"),
}
ATTEMPTS = "select coalesce(max(attempts), 0) from attempts"
STATUS = {"pending": "pending", "halved, then quarantined alone": "quarantined"}
# What the loop does with each error is shown in tests/worker/test_loop.py.
DAEMON = dict.fromkeys(["transport", "rate", "server"], "leaves the user") | dict.fromkeys(
    ["quota", "auth"], "pauses, one look every 5 minutes"
)


@dataclass(frozen=True)
class End:
    code: Exit
    tally: Tally


async def once(stage: Stage) -> End:
    async with open_app(stage.settings, trigger="once") as app:
        cycle = app.cycle(asyncio.Event())
        return End(await _drained(cycle, asyncio.Event(), bounded=False), cycle.tally)


def test_every_failure_but_the_workers_own_death_is_played() -> None:
    assert PLAYED.keys() == ROWS.keys() - {"crash"}


@pytest.mark.parametrize("failure", PLAYED)
async def test_each_row_follows_as_the_table_says(stage: Stage, failure: str) -> None:
    model = stage.settings.model.model_copy(update={"attempts": 2, "timeout_seconds": 20})
    stage.settings = stage.settings.model_copy(update={"model": model})
    await stage.say("I keep bees.")
    stage.model.decide = lambda _: PLAYED[failure]

    end = await once(stage)

    again, attempt, messages, daemon, code = ROWS[failure]
    assert str(int(end.code)) in re.findall(r"\b\d+\b", code)
    assert daemon == DAEMON.get(failure, "goes on")
    assert (len(stage.model.requests) > 1) is (again != "no")
    assert await stage.statuses() == {STATUS[messages]: 1}
    assert await stage.rows("select reason from ledger") == [(failure,)] * (STATUS[messages] == "quarantined")
    assert (await stage.rows(ATTEMPTS) > [(0,)]) is (attempt == "counted")
