"""Chooses the few known facts that a batch may touch: what can be contradicted, and what it speaks of."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from enrichment.digest.words import content
from enrichment.memory.predicates import predicates


@dataclass(frozen=True, slots=True)
class Candidate:
    """As much of a fact as choosing needs."""

    fact_id: uuid.UUID
    statement: str
    predicate: str


def choose(candidates: Sequence[Candidate], texts: Iterable[str], limit: int) -> list[uuid.UUID]:
    """Return at most ``limit`` ids: facts of single-valued claims first, then those that share words with the texts.

    A shared word counts the more the fewer facts have it. Ties go to the order in which the candidates come.
    """
    spoken = frozenset().union(*map(content, texts))
    words = [content(candidate.statement) for candidate in candidates]
    frequency = Counter(word for of_one in words for word in of_one)
    scores = [sum(1 / frequency[word] for word in of_one & spoken) for of_one in words]
    single = predicates().single
    ranked = sorted(
        (candidate.predicate not in single, -score, place, candidate.fact_id)
        for place, (candidate, score) in enumerate(zip(candidates, scores, strict=True))
        if score or candidate.predicate in single
    )
    return [fact_id for *_, fact_id in ranked[:limit]]
