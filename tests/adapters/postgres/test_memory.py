"""The memory gives back what a batch may touch, and nothing of anybody else."""

from dataclasses import replace
from datetime import timedelta

from enrichment.adapters.postgres.memory import PostgresMemory
from enrichment.domain.batches import Known
from enrichment.domain.changes import Changes
from enrichment.domain.dates import Granularity, Interval
from enrichment.domain.facts import Certainty, Claim, Fact, FactState, Remembered, Slot
from enrichment.domain.messages import Message
from tests.adapters.postgres.examples import START, Stage, a_batch, a_fact, a_message, evidence_for, learnt

LIKES = Claim.of("user", "likes")


async def remember(stage: Stage, *facts: Fact, message: Message) -> None:
    """Commit a message that supports these facts."""
    evidence = tuple(evidence_for(fact, message) for fact in facts)
    lease = await stage.claim(message.user_id)
    await stage.commit(lease, message, changes=Changes(new_facts=facts, evidence=evidence))
    await stage.leases.release(lease, served=True)


async def test_a_fact_comes_back_as_it_was_written(stage: Stage) -> None:
    message = a_message("m1")
    occurred = Interval(START, START + timedelta(days=1), Granularity.DAY)
    fact = a_fact("likes tea", message, occurred=occurred, valid_until=START + timedelta(days=9), state_reason="why")
    await remember(stage, fact, message=message)

    known = await stage.memory.known(a_batch(a_message("m2")), {"K7": fact.fact_id})

    assert known == Known(facts={"K7": fact})


async def test_what_the_batch_speaks_of_is_shown_under_short_ids(stage: Stage) -> None:
    message = a_message("m1")
    tea, rain = a_fact("likes tea", message), a_fact("hates rain", message)
    await remember(stage, tea, rain, message=message)

    known = await stage.memory.known(a_batch(a_message("m2", text="more tea please")))

    assert known == Known(facts={"K1": tea, "K2": rain})


async def test_nobody_elses_facts_are_shown(stage: Stage) -> None:
    others = (a_message("m1", user_id="bo"), a_message("m2", bot_name="bob"), a_message("m3", scope="secret"))
    for number, message in enumerate((a_message("m0"), *others)):
        await remember(stage, a_fact(f"likes tea {number}", message), message=message)

    known = await stage.memory.known(a_batch(a_message("m9", text="tea")))

    assert [fact.statement for fact in known.facts.values()] == ["likes tea 0"]


async def test_facts_that_are_not_active_are_not_shown(stage: Stage) -> None:
    message = a_message("m1")
    await remember(stage, a_fact("likes tea", message, state=FactState.FLAGGED), message=message)

    assert await stage.memory.known(a_batch(a_message("m2", text="tea"))) == Known()


async def test_no_more_facts_are_shown_than_the_prompt_has_room_for(stage: Stage) -> None:
    message = a_message("m1")
    await remember(stage, *(a_fact(f"likes tea {number}", message) for number in range(9)), message=message)
    memory = PostgresMemory(stage.database, pipeline_version=1, shown=4)

    assert list((await memory.known(a_batch(a_message("m2", text="tea")))).facts) == ["K1", "K2", "K3", "K4"]


async def test_related_facts_of_any_state_come_with_their_evidence(stage: Stage) -> None:
    message = a_message("m1")
    evidence = evidence_for(fact := a_fact("likes tea", message, state=FactState.RETRACTED), message)
    dated = replace(evidence.evidence, occurred=Interval(START, None, Granularity.YEAR), certainty=Certainty.LIKELY)
    changes = Changes(new_facts=(fact,), evidence=(replace(evidence, evidence=dated),))
    await stage.commit(await stage.claim(), message, changes=changes)

    related = await stage.memory.related(a_batch(a_message("m2")), [Slot(LIKES)], Known())

    assert related == [Remembered(fact=fact, evidence=(dated,))]


async def test_a_slot_with_an_object_asks_for_that_object_only(stage: Stage) -> None:
    message = a_message("m1")
    await remember(stage, tea := a_fact("tea", message), a_fact("rain", message), message=message)

    related = await stage.memory.related(a_batch(a_message("m2")), [Slot(LIKES, "tea")], Known())

    assert [one.fact for one in related] == [tea]


async def test_what_was_shown_is_related_too(stage: Stage) -> None:
    message = a_message("m1")
    await remember(stage, fact := a_fact("tea", message), message=message)

    related = await stage.memory.related(a_batch(a_message("m2")), [Slot(LIKES)], Known(facts={"K1": fact}))

    assert [one.fact for one in related] == [fact]


async def test_an_edit_relates_to_what_its_older_text_taught_with_the_whole_claim(stage: Stage) -> None:
    message = a_message("m1", text="I like tea")
    tea = a_fact("tea", message)
    rain = a_fact("rain", other := a_message("m2"))
    elsewhere = a_fact("violin", other, claim=Claim.of("user", "plays"))
    await remember(stage, tea, message=message)
    await remember(stage, rain, elsewhere, message=other)

    related = await stage.memory.related(a_batch(a_message("m1", text="I like rain")), [], Known())

    assert {one.fact.statement for one in related} == {"tea", "rain"}


async def test_an_edit_relates_to_the_opposite_of_what_its_older_text_taught(stage: Stage) -> None:
    tea = a_fact("tea", message := a_message("m1", text="I hate tea"), claim=Claim.of("user", "dislikes"))
    opposite = a_fact("Tea", other := a_message("m2"), object_key="tea")
    await remember(stage, tea, message=message)
    await remember(stage, opposite, message=other)

    related = await stage.memory.related(a_batch(a_message("m1", text="I like rain")), [], Known())

    assert {one.fact.claim.predicate for one in related} == {"likes", "dislikes"}


async def test_withdrawn_evidence_does_not_count(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1", text="I like tea")
    await stage.commit(lease, message, changes=learnt(a_fact("tea", message), message))
    await stage.commit(lease, a_message("m1", text="I like rain"))

    [related] = await stage.memory.related(a_batch(a_message("m2")), [Slot(LIKES)], Known())

    assert (related.fact.state, related.evidence) == (FactState.RETRACTED, ())
