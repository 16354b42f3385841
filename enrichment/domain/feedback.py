"""What a user says of a fact, and what must not be remembered of them at all."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from enrichment.domain.facts import Claim
from enrichment.domain.ids import derived_uuid
from enrichment.domain.text import normalised

# The reason of a retraction that no repeat undoes, and the name under which a user's own word is evidence.
FEEDBACK = "feedback"
_WORDS = re.compile(r"[^\W_]+")
# From here on, scripts are written without spaces between words: what is asked for may stand inside of another word.
_FIRST_IDEOGRAPH = "\u2e80"


class Verdict(StrEnum):
    """What a user can say of a fact."""

    HELPFUL = "helpful"
    INCORRECT = "incorrect"
    INSIGHTFUL = "insightful"


class InsightVerdict(StrEnum):
    """What a user can say of an insight."""

    CONFIRM = "confirm"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One user's word on one fact; ``correction`` is what they say is so instead."""

    feedback_id: uuid.UUID
    user_id: str
    fact_id: uuid.UUID
    verdict: Verdict
    given_at: datetime
    comment: str | None = None
    correction: str | None = None


def claim_hash(user_id: str, claim: Claim, object_key: str) -> bytes:
    """Return the 16 bytes by which a forgotten fact is known again without being kept."""
    return derived_uuid("forgotten", user_id, claim.subject, claim.predicate, claim.qualifier, object_key).bytes


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A user's rules: texts whose words must not occur together, and the hashes of facts that were forgotten."""

    words: tuple[str, ...] = ()
    claims: frozenset[bytes] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.words or self.claims)

    def names(self, text: str) -> bool:
        """Tell whether a text has all words of one of the rules, in any order and however they are written."""
        if not self.words:
            return False
        folded = normalised(text)
        there = frozenset(_WORDS.findall(folded))
        return any(_occur(_words_of(rule), there, folded) for rule in self.words)


def is_rule(text: str) -> bool:
    """Tell whether a text has a word to look for."""
    return bool(_words_of(text))


def _words_of(text: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(normalised(text)))


def _occur(words: frozenset[str], there: frozenset[str], folded: str) -> bool:
    return bool(words) and all(word in there or (max(word) >= _FIRST_IDEOGRAPH and word in folded) for word in words)
