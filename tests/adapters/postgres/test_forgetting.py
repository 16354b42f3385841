"""What is forgotten goes from everything that is derived, at once, and the same message cannot bring it back."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from enrichment.adapters.postgres.maintenance import PostgresMaintenance, Retention
from enrichment.adapters.postgres.rights import PostgresRights
from enrichment.domain.batches import Known
from enrichment.domain.changes import Changes, SessionRevision
from enrichment.domain.digest import Digest, Signal
from enrichment.domain.facts import Certainty, Evidence, Fact
from enrichment.domain.messages import Message
from enrichment.memory.forbidden import permitted
from tests.adapters.postgres.examples import KEY, START, USER, Stage, a_batch, a_fact, a_message, a_prompt, evidence_for

TEXTS = """
select summary || interests::text || entities::text from user_profiles
union all select name || supporting_text from insights
union all select name || quote from signals
union all select quote from signal_evidence
union all select title || summary_text || topics::text || parts::text from period_digests
union all select title || summary_text from conversation_summaries
"""


def a_signal(name: str, message: Message) -> Signal:
    evidence = (Evidence.from_message(message, message.text, Certainty.LIKELY),)
    return Signal(kind="interest", name=name, value="", evidence=evidence)


async def tell(stage: Stage, number: int, text: str, thing: str) -> Fact:
    """Read five messages of a session: a fact, an interest and a summary of one thing."""
    messages = [a_message(f"{text} {number}.{minute}", minute + number * 60, text=text) for minute in range(5)]
    session = SessionRevision(
        session_id=uuid.UUID(int=number),
        key=KEY,
        started_at=messages[0].said_at,
        ended_at=messages[-1].said_at,
        new_messages=5,
        summary=f"{text}.",
        title=f"About {thing}",
        topics=(thing,),
    )
    fact = replace(a_fact(text, messages[0]), object=thing, object_key=thing)
    changes = Changes(
        new_facts=(fact,),
        evidence=(evidence_for(fact, messages[0]),),
        signals=(a_signal(thing, messages[0]),),
        sessions=(session,),
    )
    batch = a_batch(*messages, session_id=session.session_id)
    lease = await stage.claim()
    opened = await stage.open_batches.open(batch, Known(), a_prompt(batch), lease)
    await stage.memory.commit(opened, changes, lease)
    await stage.leases.release(lease, served=True)
    return fact


@pytest.fixture
async def told(stage: Stage) -> Fact:
    """Two sessions in all derived rows; the first is about bees."""
    bees = await tell(stage, 1, "Ada keeps bees", "bees")
    await tell(stage, 2, "Ada likes tea", "tea")
    await keep_house(stage)
    await stage.execute("update user_profiles set stale_since = now()")
    await keep_house(stage)
    return bees


async def keep_house(stage: Stage, days: int = 1) -> None:
    keeper = PostgresMaintenance(stage.database, Retention(), owner=stage.owner)
    await keeper.next_slice(START + timedelta(days=days), timedelta(0))


async def texts(stage: Stage) -> str:
    return "\n".join([row["?column?"] for row in await stage.rows(TEXTS)])


async def test_a_forgotten_fact_leaves_no_word_in_what_is_derived(stage: Stage, told: Fact) -> None:
    before = await texts(stage)

    await PostgresRights(stage.database, pipeline_version=1).forget(told)

    after = await texts(stage)
    assert before.count("bees") > 8
    assert "bees" not in after
    assert after.count("tea") == before.count("tea")


async def test_a_rule_leaves_no_word_in_what_is_derived_nor_in_folded_months(stage: Stage, told: Fact) -> None:
    await keep_house(stage, days=200)
    months = await texts(stage)

    await PostgresRights(stage.database, pipeline_version=1).forbid(USER, "bees")

    assert "About bees" in months
    assert "bees" not in await texts(stage)
    assert "tea" in await texts(stage)


async def test_a_forgotten_signal_does_not_come_back(stage: Stage, told: Fact) -> None:
    await PostgresRights(stage.database, pipeline_version=1).forget(told)
    message = a_message("again", text="Ada has them")
    known = await stage.memory.known(a_batch(message))
    again = Digest(signals=(a_signal("Bees", message), a_signal("tea", message)))

    left = permitted(USER, again, known.forbidden)

    assert [signal.name for signal in left.signals] == ["tea"]
