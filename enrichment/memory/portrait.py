"""Tells in prose what is known of somebody: the best supported statements, from who they are to what they plan."""

from collections import Counter
from collections.abc import Iterable

from enrichment.domain.profile import ProfileFact

LONGEST = 1_200
_SURE_ENOUGH = 0.5
_OF_A_KIND = 4
# What a stranger has to know first; what is not listed comes last.
_ORDER = (
    "identity", "home", "work", "relationship", "health", "skill", "interest", "preference", "possession", "belief",
    "plan", "event",
)  # fmt: skip
_ENDS = ".!?…。！？؟।"  # noqa: RUF001 - sentences end so in other scripts


def portrait(facts: Iterable[ProfileFact]) -> tuple[str, tuple[ProfileFact, ...]]:
    """Return the prose, at most ``LONGEST`` characters, and the facts in it, in their order."""
    taken: list[ProfileFact] = []
    of_a_kind: Counter[str] = Counter()
    length = 0
    said: set[str] = set()
    for fact in sorted(facts, key=_first):
        sentence = _sentence(fact)
        too_long = length + len(sentence) + 1 > LONGEST
        if fact.confidence < _SURE_ENOUGH or too_long or of_a_kind[fact.category] >= _OF_A_KIND or sentence in said:
            continue
        of_a_kind[fact.category] += 1
        length += len(sentence) + 1
        said.add(sentence)
        taken.append(fact)
    return " ".join(map(_sentence, taken)), tuple(taken)


def _first(fact: ProfileFact) -> tuple[int, bool, float, int, str]:
    place = _ORDER.index(fact.category) if fact.category in _ORDER else len(_ORDER)
    return place, fact.about is None, -round(fact.confidence, 3), -fact.evidence_count, fact.fact_id.hex


def _sentence(fact: ProfileFact) -> str:
    statement = " ".join(fact.statement.split())
    return statement if statement.endswith(tuple(_ENDS)) else f"{statement}."
