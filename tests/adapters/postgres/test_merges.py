"""In Postgres, other words for a known fact find it in any script, and a merge can be undone."""

import pytest

from enrichment.adapters.postgres.merges import unmerge
from enrichment.adapters.postgres.provenance import provenance
from enrichment.adapters.postgres.rights import PostgresRights
from enrichment.domain.batches import Known
from enrichment.domain.digest import Digest, Operation
from enrichment.domain.facts import Fact
from enrichment.domain.feedback import claim_hash
from enrichment.memory.remember import remember, touched
from tests.adapters.postgres.examples import BOT, USER, Stage, a_batch, a_message
from tests.memory.book import a_fact as an_extracted_fact

NOTHING = Known()
ACTIVE = "select object, evidence_count from facts where state = 'active' order by object"
LINKS = "select reason, decided_by, undone_at is null as in_force from fact_merges"
PAIRS = [
    ("board games", "the Board Games!", "board games tonight?"),
    ("Klavier und Gitarre", "die Gitarre, das Klavier", "ich übe Klavier"),
    ("Кофе и чёрный чай", "черный чай, кофе", "хочу кофе"),
    ("القَهْوَة والشاي", "الشاي والقهوة", "القَهْوَة والشاي جاهزة"),
    ("妈妈做的菜", "母亲做的菜", "今天吃妈妈做的菜"),
    ("👍🏽", "👍🏻", "👍🏽"),
]


async def learn(stage: Stage, thing: str, name: str, shown: Known = NOTHING, **other: object) -> None:
    """Read one message that says what the user likes, as the worker does."""
    message = a_message(name, text=f"I like {thing}")
    told = {"predicate": "likes", "statement": f"The user likes {thing}"} | other
    fact = an_extracted_fact(thing, message, **told)
    batch, digest = a_batch(message), Digest(facts=(fact,))
    related = await stage.memory.related(batch, touched(batch, shown, digest), shown)
    lease = await stage.claim()
    await stage.commit(lease, message, changes=remember(batch, shown, related, digest, method="stub"))
    await stage.leases.release(lease, served=True)


async def wording(stage: Stage) -> Fact:
    """Return the one row that was merged."""
    [row] = await stage.rows("select from_fact from fact_merges")
    known = await stage.memory.known(a_batch(a_message("any")), {"K1": row["from_fact"]})
    return known.facts["K1"]


@pytest.mark.parametrize(("one", "other", "text"), PAIRS)
async def test_facts_of_any_script_are_kept_merged_and_found_again(
    stage: Stage, one: str, other: str, text: str
) -> None:
    await learn(stage, one, "m1")
    await learn(stage, other, "m2")
    shown = await stage.memory.known(a_batch(a_message("m3", text=text)))

    assert await stage.rows(ACTIVE) == [{"object": one, "evidence_count": 2}]
    assert [fact.object for fact in shown.facts.values()] == [one]


async def test_a_paraphrase_of_the_models_is_found_by_its_own_words_afterwards(stage: Stage) -> None:
    await learn(stage, "long walks by the sea", "m1")
    known = await stage.memory.known(a_batch(a_message("m2", text="walks by the sea")))
    await learn(stage, "strolls along the beach", "m2", known, operation=Operation.SAME, known="K1")
    await learn(stage, "strolls along the beach", "m3")

    assert await stage.rows(ACTIVE) == [{"object": "long walks by the sea", "evidence_count": 3}]
    assert await stage.rows(LINKS) == [{"reason": "model", "decided_by": "stub", "in_force": True}]


async def test_an_undone_merge_gives_the_words_their_own_fact_and_is_not_made_again(stage: Stage) -> None:
    await learn(stage, "board games", "m1")
    await learn(stage, "the board games", "m2")
    merged = await wording(stage)

    undone = await unmerge(stage.database, merged, pipeline_version=1)
    await learn(stage, "the board games", "m3")

    assert undone is not None
    assert undone.parted_from.evidence_count == 1
    assert await stage.rows(ACTIVE) == [
        {"object": "board games", "evidence_count": 1},
        {"object": "the board games", "evidence_count": 2},
    ]
    assert await stage.rows(LINKS) == [{"reason": "wording", "decided_by": "rules", "in_force": False}]
    assert await unmerge(stage.database, merged, pipeline_version=1) is None


async def test_what_an_edit_took_away_does_not_come_back_by_undoing(stage: Stage) -> None:
    await learn(stage, "board games", "m1")
    await learn(stage, "the board games", "m2")
    edited, lease = a_message("m2", text="never mind"), await stage.claim()
    batch, digest = a_batch(edited), Digest()
    related = await stage.memory.related(batch, touched(batch, Known(), digest), Known())
    await stage.commit(lease, edited, changes=remember(batch, Known(), related, digest, method="stub"))

    undone = await unmerge(stage.database, await wording(stage), pipeline_version=1)

    assert undone is not None
    assert (undone.messages, undone.restored.state_reason) == (0, "reread")
    assert await stage.rows(ACTIVE) == [{"object": "board games", "evidence_count": 1}]


async def test_an_explanation_names_the_other_words(stage: Stage) -> None:
    await learn(stage, "board games", "m1")
    await learn(stage, "the board games", "m2")
    merged = await wording(stage)
    assert merged.superseded_by is not None
    known = await stage.memory.known(a_batch(a_message("any")), {"K1": merged.superseded_by})

    found = await provenance(stage.database, known.facts["K1"])

    assert [(row["from_fact"], row["reason"]) for row in found.merges] == [(merged.fact_id, "wording")]
    assert [one.fact_id for one in found.ended] == [merged.fact_id]


async def test_what_is_forgotten_comes_back_in_none_of_its_wordings(stage: Stage) -> None:
    await learn(stage, "board games", "m1")
    await learn(stage, "the board games", "m2")
    merged = await wording(stage)
    assert merged.superseded_by is not None
    known = await stage.memory.known(a_batch(a_message("any")), {"K1": merged.superseded_by})

    await PostgresRights(stage.database, pipeline_version=1).forget(known.facts["K1"])

    assert await stage.rows("select fact_id from facts") == []
    forbidden = (await stage.memory.known(a_batch(a_message("m3")))).forbidden.claims
    assert {claim_hash(USER, one.claim, one.object_key) for one in (merged, known.facts["K1"])} <= forbidden


async def test_what_fades_is_served_less_surely_and_then_no_more(stage: Stage) -> None:
    served = "select fact_content, round(confidence::numeric, 2) as sure from user_facts order by 1"
    await learn(stage, "calm", "m1", predicate="feels")
    await learn(stage, "tense", "m2", predicate="feels")
    await stage.execute(
        "update facts set state = 'active', lasts_from = now() - interval '7 days',"
        " expires_at = now() + interval '7 days'"
    )
    faded = await stage.rows(served)
    await stage.execute("update facts set expires_at = now() where object = 'tense'")
    left = await stage.rows(served)
    await learn(stage, "tea", "m3")

    assert [str(row["sure"]) for row in faded] == ["0.40", "0.40"]
    assert [row["fact_content"] for row in left] == ["The user likes calm"]
    assert await stage.rows("select object from facts where state = 'expired'") == [{"object": "tense"}]


async def test_what_is_over_is_served_by_nothing_before_anybody_has_noted_it(stage: Stage) -> None:
    await learn(stage, "calm", "m1", predicate="feels")
    await learn(stage, "tea", "m2")
    await stage.execute("update facts set state = 'active'")

    assert await stage.rows("select object from enrichment_served_facts($1, $2, '', 9)", USER, BOT) == [
        {"object": "tea"}
    ]
    [loaded] = await stage.rows("select facts from enrichment_api.load($1, $2, '', 9, 9)", USER, BOT)
    assert "tea" in loaded["facts"]
    assert "calm" not in loaded["facts"]


async def test_what_is_over_is_in_force_again_when_it_is_said_again(stage: Stage) -> None:
    await learn(stage, "calm", "m1", predicate="feels")
    await stage.execute(
        "update facts set state = 'expired', expires_at = now(), lasts_from = now() - interval '14 days'"
    )
    later = "select state from facts"
    before = await stage.rows(later)
    await stage.execute("update evidence set said_at = now()")
    await learn(stage, "calm", "m2", predicate="feels")

    assert (before, await stage.rows(later)) == ([{"state": "expired"}], [{"state": "active"}])
