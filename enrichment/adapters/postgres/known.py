"""Chooses the few known facts that a batch may touch: what can be contradicted, and what it speaks of."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from enrichment.digest.words import content
from enrichment.memory.likeness import emoji, folded
from enrichment.memory.predicates import predicates

# A call for a single message costs about 750 tokens; these add 150 at most.
FEW = 8
_STEM = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """As much of a fact as choosing needs."""

    fact_id: uuid.UUID
    statement: str
    predicate: str


def choose(candidates: Sequence[Candidate], texts: Iterable[str], limit: int) -> list[uuid.UUID]:
    """Return at most ``limit`` ids: facts of single-valued claims first, then those that share words with the texts.

    A shared word counts the more the fewer facts have it. Ties go to the order in which the candidates come. Of those
    that share nothing, the first few fill up what is left of ``FEW``: somebody may say the same in other words.
    """
    spoken = frozenset().union(*map(_words, texts))
    words = [_words(candidate.statement) for candidate in candidates]
    frequency = Counter(word for of_one in words for word in of_one)
    scores = [sum(1 / frequency[word] for word in of_one & spoken) for of_one in words]
    single = predicates().single
    ranked = sorted(
        (candidate.predicate not in single, -score, place, candidate.fact_id)
        for place, (candidate, score) in enumerate(zip(candidates, scores, strict=True))
    )
    meant = [fact_id for is_many, score, _, fact_id in ranked if score or not is_many]
    others = [fact_id for is_many, score, _, fact_id in ranked if is_many and not score]
    return [*meant, *others[: max(0, FEW - len(meant))]][:limit]


def _words(text: str) -> frozenset[str]:
    """Return the words of a text that carry content, without their endings, and its emoji."""
    return frozenset(word[:_STEM] for word in content(folded(text))).union(emoji(text))
