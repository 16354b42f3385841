"""What must be true of a simulated world: some of it after each step, the rest when nothing is pending."""

from collections import Counter
from collections.abc import Iterator

from enrichment.domain.facts import FactState
from enrichment.producer import PENDING
from tests.faults.canaries import CANARY
from tests.simulation.world import Text, World, ref_of


def always(world: World) -> Iterator[str]:
    """Yield what is wrong at any instant: I3, I4, and what the tables promise."""
    yield from world.model.wrong
    truth = world.truth
    known = {end.ref for end in truth.ledger}
    for point_id, texts in world.held.items():
        if world.status(point_id) != PENDING and ref_of(point_id) not in known and not erased(world, texts[-1]):
            yield f"{point_id} is done without a row in the ledger"
    ends = Counter((end.ref, end.content_hash) for end in truth.in_force())
    yield from (f"{ref} has {count} ends in force for one text" for (ref, _), count in ends.items() if count > 1)
    for fact in truth.facts.values():
        proofs = truth.proofs_of(fact.fact_id)
        if fact.evidence_count != len(proofs):
            yield f"{fact.statement} counts {fact.evidence_count} pieces of evidence and has {len(proofs)}"
        if fact.state is FactState.ACTIVE and not proofs:
            yield f"{fact.statement} rests on nothing"
        words = {fact.object, *(canary for one in proofs for canary in CANARY.findall(one.quote))}
        if {word.partition("m")[0] for word in words} != {fact.user_id}:
            yield f"{fact.statement} is another user's"


def at_rest(world: World) -> Iterator[str]:
    """Yield what is wrong when nothing is pending: I1 and I2."""
    yield from always(world)
    yield from _ends(world)
    yield from _memory(world)


def erased(world: World, text: Text) -> bool:
    """Tell whether an erasure covers a text."""
    before = world.truth.erased_before.get(text.user_id)
    return before is not None and text.at <= before


def _ends(world: World) -> Iterator[str]:
    rows = Counter(end.ref for end in world.truth.in_force())
    for point_id, texts in world.held.items():
        wanted = 0 if erased(world, texts[-1]) else 1
        if rows[ref_of(point_id)] != wanted:
            yield f"{point_id} has {rows[ref_of(point_id)]} ends in force"
    done = {(end.ref, end.outcome.value) for end in world.truth.in_force()}
    for point_id, texts in world.held.items():
        status = world.status(point_id)
        if (ref_of(point_id), status) not in done and not erased(world, texts[-1]):
            yield f"{point_id} is {status}, and the ledger says something else"
    for text, points in _live(world).items():
        read = [point for point in points if world.status(point) != "skipped"]
        if len(read) > 1:
            yield f"{text.canary} was read from each of {read}"
        wrong = [point for point in read if (world.status(point) == "quarantined") != _is_poison(world, text)]
        yield from (f"{point} is {world.status(point)}" for point in wrong)


def _memory(world: World) -> Iterator[str]:
    live = _live(world)
    facts = Counter(
        (fact.user_id, fact.object) for fact in world.truth.facts.values() if fact.state is FactState.ACTIVE
    )
    wanted = {(text.user_id, text.canary) for text in live if not _is_poison(world, text)}
    yield from (f"{canary} was not remembered" for _, canary in sorted(wanted - facts.keys()))
    yield from (f"{canary} is remembered twice" for (_, canary), count in sorted(facts.items()) if count > 1)
    extra = sorted(canary for _, canary in facts.keys() - wanted if canary not in world.gone)
    yield from (f"{canary} is remembered although nobody says it" for canary in extra)
    for fact in world.truth.facts.values():
        if fact.state is FactState.ACTIVE and fact.evidence_count != 1:
            yield f"{fact.object} rests on {fact.evidence_count} pieces of evidence"
        if erased(world, Text(fact.user_id, fact.object, fact.said_at)):
            yield f"{fact.object} was erased"


def _live(world: World) -> dict[Text, list[str]]:
    live: dict[Text, list[str]] = {}
    for point_id, texts in world.held.items():
        if not erased(world, texts[-1]):
            live.setdefault(texts[-1], []).append(point_id)
    return live


def _is_poison(world: World, text: Text) -> bool:
    return text.canary in world.model.poison
