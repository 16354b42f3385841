"""T13, T14, T33: messages come, change, go and repeat, and users leave, while the worker is at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bench.model_server import Held
from enrichment.domain.outcomes import Outcome
from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.chaos_proxy import Latency
from tests.faults.http_faults import Doubling
from tests.faults.rig import Rig

pytestmark = pytest.mark.faults


@contextmanager
def while_the_model_thinks(rig: Rig, code: int = 0) -> Iterator[None]:
    """Run a worker once, with the body between its question and the answer."""
    held = Held()
    rig.model.script(held)
    worker = rig.start("run", "--once", "--json")
    rig.model.wait_for_calls(1, timeout_seconds=60)
    yield
    held.release()
    rig.end(worker, code)


def test_what_is_written_during_a_scan_is_read_by_the_next_run_at_the_latest(rig: Rig) -> None:
    rig.write(say(users=3, messages=10))
    rig.golden_calls = 6
    rig.to_qdrant.behave(Latency(0.15))
    worker = rig.start("run", "--once", "--json", QDRANT__PAGE_SIZE=3)
    wait_until(lambda: any(link.answered > 2000 for link in rig.to_qdrant.links()), "the scan")

    # Random ids: some before the cursor, some behind it.
    rig.write(say(users=3, messages=10, first_message=10))
    rig.to_qdrant.behave()
    rig.end(worker, code=0)
    rig.once()


def test_a_message_that_is_edited_while_it_is_read_is_read_again(rig: Rig) -> None:
    said = rig.write(say(users=1, messages=3))
    rig.golden_calls = 2

    with while_the_model_thinks(rig):
        rig.write([replace(said[1], canary="u01m9001")])
    assert rig.chat.pending() == 1
    rig.once()

    facts = rig.database.rows("select state from facts where object = $1", said[1].canary)
    assert [row["state"] for row in facts] == ["retracted"]


def test_a_message_that_is_deleted_while_it_is_read_leaves_nothing(rig: Rig) -> None:
    said = rig.write(say(users=1, messages=3))

    with while_the_model_thinks(rig):
        rig.chat.remove(said[1:2])
        rig.expect(said[1:2], outcome=None)

    assert len(rig.chat.payloads()) == 2
    facts = rig.database.rows("select state from facts where object = $1", said[1].canary)
    assert [row["state"] for row in facts] == ["retracted"]


def test_a_copy_under_another_id_is_skipped(rig: Rig) -> None:
    said = rig.write(say(users=1, messages=3))
    copy = replace(said[0], point_id="ffffffff-0000-4000-8000-000000000001")

    rig.write([copy])
    rig.expect([copy], outcome=Outcome.SKIPPED)
    rig.once()

    assert rig.database.rows("select reason from ledger where outcome = 'skipped'") == [{"reason": "duplicate"}]


def test_a_point_that_is_twice_in_every_page_is_one_message(rig: Rig) -> None:
    rig.write(say(users=2, messages=5))
    rig.to_qdrant.behave(Doubling())

    rig.once()

    assert sorted(rig.sent()) == sorted({one.canary for one in rig.said.values()})
    assert rig.database.value("select sum(message_count) from sessions") == 10


def test_a_point_that_is_written_twice_is_one_message(rig: Rig) -> None:
    said = rig.write(say(users=1, messages=3))
    rig.once()

    rig.write(said)
    rig.once()

    assert rig.model.stats.calls == 1


def test_the_same_words_at_another_time_are_one_fact_with_two_pieces_of_evidence(rig: Rig) -> None:
    said = rig.write(say(users=1, messages=1))
    later = replace(said[0], point_id="ffffffff-0000-4000-8000-000000000002", at=said[0].at + timedelta(hours=3))
    rig.write([later])
    rig.allow(1)

    rig.once()

    assert rig.database.rows("select evidence_count from facts") == [{"evidence_count": 2}]


def test_a_user_who_is_erased_while_their_messages_are_read_leaves_no_row(rig: Rig) -> None:
    said = rig.write(say(users=1, messages=3))
    rig.expect(said, outcome=Outcome.SKIPPED, erased=True)

    with while_the_model_thinks(rig, code=0):
        rig.database.rows("select enrichment_erase_user($1, null)", said[0].user_id)
    rig.once()

    for row in rig.database.rows("select name from schema_tables where guard in ('user', 'ledger', 'listed')"):
        assert rig.database.value(f"select count(*) from {row['name']} where user_id is not null") == 0  # noqa: S608  # a name of ours
    rig.allow(1, messages=3)
