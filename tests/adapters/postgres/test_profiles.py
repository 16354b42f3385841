"""Signals and profiles are written with their batch, once, and what rests on an ended fact does not stay as it was."""

import random
import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from enrichment.adapters.postgres.profiles import compose_all
from enrichment.domain.changes import Changes, NewEvidence
from enrichment.domain.digest import Signal
from enrichment.domain.facts import Certainty, Evidence, FactState
from enrichment.domain.messages import Message
from enrichment.errors import EnrichmentError
from tests.adapters.postgres.examples import BOT, USER, Stage, a_fact, a_message, evidence_for, learnt

PROFILE = """
select summary, traits, interests, entities, preferences, work, language, timezone, platform_ids, fact_ids, first_seen,
       last_active, new_messages, version, stale_since is not null as stale
  from user_profiles where user_id = $1 and bot_name = $2 and scope = $3
"""
SIGNALS = "select kind, name_key, value, sample_size, confidence, strength, quote from signals order by 1, 2"


def a_signal(name: str, *messages: Message, kind: str = "interest", value: str = "") -> Signal:
    evidence = tuple(Evidence.from_message(message, message.text, Certainty.LIKELY) for message in messages)
    return Signal(kind=kind, name=name, value=value, evidence=evidence)


def some_messages(count: int = 6, name: str = "m", **other: Any) -> list[Message]:  # noqa: ANN401 - a message's fields
    return [a_message(f"{name}{number}", number, **other) for number in range(count)]


async def read(stage: Stage, messages: Sequence[Message], changes: Changes) -> None:
    """Read these messages as one batch."""
    lease = await stage.claim(messages[0].user_id)
    await stage.commit(lease, *messages, changes=changes)
    await stage.leases.release(lease, served=True)


async def profile(stage: Stage, bot: str = BOT, scope: str = "") -> dict[str, Any]:
    [row] = await stage.rows(PROFILE, USER, bot, scope)
    return row


async def compose_now(stage: Stage) -> None:
    await stage.database.transact(lambda connection: compose_all(connection, USER))


async def test_a_profile_is_written_with_the_batch(stage: Stage) -> None:
    messages = some_messages()
    fact = a_fact("Ada keeps bees", messages[0])
    await read(
        stage,
        messages,
        Changes(
            new_facts=(fact,),
            evidence=(evidence_for(fact, messages[0]),),
            signals=(a_signal("bees", *messages[:3]), a_signal("calm", *messages[:2], kind="trait")),
        ),
    )

    found = await profile(stage)

    assert (found["summary"], found["version"], found["new_messages"]) == ("Ada keeps bees.", 1, 0)
    assert [(one["name"], one["sample_size"]) for one in found["interests"]] == [("bees", 3), ("Ada keeps bees", 1)]
    assert [one["name"] for one in found["traits"]] == ["calm"]
    assert (found["first_seen"], found["last_active"]) == (messages[0].said_at, messages[-1].said_at)
    assert found["fact_ids"] == [fact.fact_id]


async def test_any_order_of_batches_leads_to_the_same_profile(stage: Stage) -> None:
    messages = some_messages(24)
    batches = [messages[at : at + 6] for at in range(0, 24, 6)]
    outcomes: list[object] = []
    for seed in range(3):
        await stage.execute("delete from signals; delete from user_profiles; delete from insights; delete from ledger")
        for batch in random.Random(seed).sample(batches, 4):
            signals = tuple(a_signal(f"topic {int(m.ref.point_id[1:]) % 5}", m, value=m.text) for m in batch)
            await read(stage, batch, Changes(signals=signals))
        await compose_now(stage)
        outcomes.append((await stage.rows(SIGNALS), await profile(stage) | {"version": 0}))

    assert outcomes[1:] == outcomes[:1] * 2


async def test_a_second_delivery_adds_nothing_and_leaves_the_version(stage: Stage) -> None:
    messages = some_messages()
    changes = Changes(signals=(a_signal("bees", *messages),))
    await read(stage, messages, changes)
    before = await stage.rows(SIGNALS), await profile(stage)

    with pytest.raises(EnrichmentError):
        await read(stage, messages, changes)
    await compose_now(stage)

    assert (await stage.rows(SIGNALS), await profile(stage)) == before


async def test_a_reading_again_takes_the_place_of_the_first(stage: Stage) -> None:
    messages = some_messages()
    await read(stage, messages, Changes(signals=(a_signal("bees", *messages), a_signal("wasps", messages[0]))))
    await stage.execute("update ledger set withdrawn_at = now()")

    await read(stage, messages, Changes(signals=(a_signal("bees", *messages[:2]),)))

    assert [(row["name_key"], row["sample_size"]) for row in await stage.rows(SIGNALS)] == [("bees", 2)]


async def test_a_new_text_takes_the_place_of_the_old_one(stage: Stage) -> None:
    [message] = some_messages(1, message_id=None)
    edited = a_message("m0", text="I keep wasps", message_id=None)
    await read(stage, [message], Changes(signals=(a_signal("bees", message),)))

    await read(stage, [edited], Changes(signals=(a_signal("wasps", edited),)))

    assert [row["name_key"] for row in await stage.rows(SIGNALS)] == ["wasps"]


async def test_few_messages_are_not_worth_a_composition(stage: Stage) -> None:
    messages = some_messages(4)

    await read(stage, messages, learnt(a_fact("Ada keeps bees", messages[0]), messages[0]))

    assert ((await profile(stage))["version"], (await profile(stage))["new_messages"]) == (0, 4)


async def test_an_ended_fact_leaves_the_profile_with_the_batch_that_ends_it(stage: Stage) -> None:
    messages = some_messages()
    old = a_fact("Ada lives in Bonn", messages[0])
    await read(stage, messages, learnt(old, messages[0]))
    later = a_message("later", 60)
    new = a_fact("Ada lives in Kiel", later)
    ended = a_fact("Ada lives in Bonn", messages[0], state=FactState.SUPERSEDED, superseded_by=new.fact_id)

    await read(stage, [later], Changes(new_facts=(new,), revised_facts=(ended,), evidence=(evidence_for(new, later),)))

    found = await profile(stage)
    assert (found["summary"], found["fact_ids"], found["stale"]) == ("Ada lives in Kiel.", [new.fact_id], False)
    assert [row["name"] for row in await stage.rows("select name from insights")] == ["Ada lives in Kiel"]


@pytest.mark.parametrize("change", ["delete from facts", "update facts set state = 'retracted'"])
async def test_whoever_ends_a_fact_makes_what_rests_on_it_stale(stage: Stage, change: str) -> None:
    messages = some_messages()
    await read(stage, messages, learnt(a_fact("Ada keeps bees", messages[0]), messages[0]))

    await stage.execute(change)

    assert (await profile(stage))["stale"]
    assert await stage.value("select bool_and(stale_since is not null) from insights")


async def test_what_is_private_is_in_no_public_profile_and_what_is_public_in_each(stage: Stage) -> None:
    public, private = some_messages(), some_messages(name="p", scope="dm")
    open_fact, secret = a_fact("Ada keeps bees", public[0]), a_fact("Ada is ill", private[0])
    await read(stage, private, learnt(secret, private[0]))
    await read(stage, public, learnt(open_fact, public[0]))
    await compose_now(stage)

    assert (await profile(stage))["summary"] == "Ada keeps bees."
    assert set((await profile(stage, scope="dm"))["fact_ids"]) == {open_fact.fact_id, secret.fact_id}


@pytest.mark.parametrize(
    ("bot", "place", "shared", "served"),
    [
        (BOT, "", False, {"open"}),
        (BOT, "dm", False, {"open", "private"}),
        (BOT, "team", False, {"open", "team"}),
        (BOT, "other", False, {"open"}),
        ("bob", "", False, {"other bot"}),
        (BOT, "", True, {"open", "other bot"}),
    ],
)
async def test_a_scope_and_a_bot_see_their_own(
    stage: Stage, bot: str, place: str, *, shared: bool, served: set[str]
) -> None:
    for name, scope, with_bot in (
        ("open", "", BOT),
        ("private", "dm", BOT),
        ("team", "team", BOT),
        ("other bot", "", "bob"),
    ):
        message = a_message(name, scope=scope, bot_name=with_bot)
        await read(stage, [message], learnt(a_fact(name, message), message))
    await stage.execute("insert into memory_rules (bots_share) values ($1)", shared)

    rows = await stage.rows("select statement from enrichment_served_facts($1, $2, $3, 10)", USER, bot, place)

    assert {row["statement"] for row in rows} == served


async def test_more_evidence_for_a_known_fact_counts_in_the_next_composition(stage: Stage) -> None:
    messages = some_messages()
    fact = a_fact("Ada keeps bees", messages[0])
    await read(stage, messages, learnt(fact, messages[0]))
    more = some_messages(10, name="n")
    sure = a_fact("Ada keeps bees", messages[0], confidence=0.9, evidence_count=2)
    evidence = NewEvidence(fact_id=fact.fact_id, evidence=evidence_for(fact, more[0]).evidence)
    await read(stage, more, Changes(revised_facts=(sure,), evidence=(evidence,)))
    await compose_now(stage)

    assert (await profile(stage))["version"] == 2
    assert uuid.UUID((await profile(stage))["interests"][0]["facts"][0]) == fact.fact_id
