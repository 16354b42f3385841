"""T34: the schema moves on under a worker, an older worker meets a newer schema, the pipeline gets a new version."""

import pytest

from bench.model_server import Held
from tests.faults.background import wait_until
from tests.faults.canaries import asked, say
from tests.faults.rig import Rig

pytestmark = pytest.mark.faults

# What a later release may do: migrations only add.
LATER = (
    "alter table ledger add column later text",
    "alter table facts add column later text not null default ''",
    "create table later (user_id text primary key)",
    "insert into schema_migrations (version, name, checksum) values (9999, 'later', '')",
)


def move_on(rig: Rig) -> None:
    """Migrate to a later release's schema."""
    for statement in LATER:
        rig.database.rows(statement)


def test_a_worker_goes_on_while_the_schema_moves_on_under_it(rig: Rig) -> None:
    rig.write(say(users=2, messages=3))
    held = Held()
    rig.model.script(held)
    daemon = rig.start("run")
    rig.model.wait_for_calls(1, timeout_seconds=60)

    move_on(rig)
    held.release()
    wait_until(lambda: not rig.chat.pending(), "nothing to be pending")
    daemon.terminate()
    rig.end(daemon, code=0)

    assert rig.model.stats.calls == 2


@pytest.mark.parametrize("arguments", [("run",), ("run", "--once")])
def test_an_older_worker_refuses_a_newer_schema_before_it_does_anything(rig: Rig, arguments: tuple[str, ...]) -> None:
    said = rig.write(say(users=1, messages=2))
    move_on(rig)

    ended = rig.end(rig.start(*arguments), code=78)

    assert "use a newer release" in ended.stderr
    assert (rig.database.value("select count(*) from runs"), rig.chat.pending()) == (0, 2)
    rig.database.rows("delete from schema_migrations where version = 9999")
    rig.once()
    assert rig.sent() == [one.canary for one in said]


def test_a_new_version_of_the_pipeline_reads_again_exactly_what_an_older_one_has_read(rig: Rig) -> None:
    rig.write(say(users=3, messages=2))
    rig.once()
    rig.database.rows("update ledger set pipeline_version = pipeline_version - 1 where user_id = 'u02'")
    rig.allow(1, messages=2)

    rig.end(rig.start("reenrich"), code=0)
    rig.once()
    rig.once()

    assert list(asked(rig.model.requests[3])) == ["u02m0000", "u02m0001"]
    assert rig.model.stats.calls == 4
