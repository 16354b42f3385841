"""What was committed gets its flag, whatever became of other collections."""

import pytest

from enrichment.reconcile import leftovers
from tests.worker.operator import Operator
from tests.worker.stage import Stage

DROPPED = "update ledger set collection = 'dropped', settled_at = null, committed_at = committed_at - interval '1 day'"
UNSETTLED = "update ledger set settled_at = null where collection = $1"


async def test_unsettled_ends_of_a_dropped_collection_keep_nobody_waiting(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "PAGE", 2)
    operator = Operator(stage)
    await stage.say("I keep bees.", "I keep hens.", "I keep ducks.")
    await stage.run()
    await operator.execute(DROPPED)
    await stage.say("I keep geese.")
    await stage.run()
    await operator.execute(UNSETTLED, stage.collection)

    async with operator.app() as app:
        assert await leftovers.settle_leftovers(app.ports) == 1

    assert await stage.rows("select distinct collection from ledger where settled_at is null") == [("dropped",)]
    assert await stage.rows("select count(*) from evidence where withdrawn_at is null") == [(4,)]
