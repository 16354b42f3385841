"""What a user's word makes of a fact, and the fact that a correction becomes."""

import hashlib
from dataclasses import replace

from enrichment.domain.facts import Certainty, Evidence, Fact, FactState
from enrichment.domain.feedback import FEEDBACK, Feedback, Verdict
from enrichment.domain.messages import PointRef, Role
from enrichment.domain.text import normalised
from enrichment.memory.confidence import after_feedback
from enrichment.memory.slots import Draft


def judged(fact: Fact, verdict: Verdict, *, is_new: bool) -> Fact:
    """Return the fact after a verdict."""
    sure = after_feedback(fact.confidence, verdict) if is_new else fact.confidence
    if verdict is not Verdict.INCORRECT:
        return replace(fact, confidence=sure)
    return replace(fact, confidence=sure, state=FactState.RETRACTED, state_reason=FEEDBACK)


def correction_of(fact: Fact, feedback: Feedback) -> Draft | None:
    """Return what the user says is so instead: the same claim with their words as its object, and as its evidence."""
    words = feedback.correction
    if words is None:
        return None
    evidence = Evidence(
        ref=PointRef(FEEDBACK, str(feedback.feedback_id)),
        identity=feedback.feedback_id.bytes,
        content_hash=hashlib.sha256(words.encode()).digest(),
        role=Role.USER,
        author=None,
        said_at=feedback.given_at,
        quote=words,
        certainty=Certainty.SURE,
        occurred=fact.occurred,
    )
    template = replace(
        fact,
        statement=words,
        object=words,
        object_key=normalised(words),
        state=FactState.ACTIVE,
        state_reason=None,
        superseded_by=None,
        valid_until=None,
        certainty=Certainty.SURE,
        said_at=feedback.given_at,
        method=FEEDBACK,
    )
    return Draft(template, evidence)
