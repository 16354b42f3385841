"""Takes out of a digest what its user does not want to be remembered."""

from dataclasses import replace

from enrichment.domain.digest import Digest, ExtractedFact, Refusal, Refused, Signal, WindowDigest
from enrichment.domain.facts import Claim
from enrichment.domain.feedback import Forbidden, claim_hash
from enrichment.domain.text import normalised
from enrichment.memory.claims import extracted_key


def permitted(user_id: str, digest: Digest, forbidden: Forbidden) -> Digest:
    """Return the digest without facts, summaries and signals that a rule names; each is counted, none is kept."""
    if not forbidden:
        return digest
    facts = tuple(fact for fact in digest.facts if not _is_forbidden_fact(user_id, fact, forbidden))
    windows = tuple(window for window in digest.windows if not forbidden.names(_text_of_window(window)))
    signals = tuple(signal for signal in digest.signals if not _is_forbidden_signal(user_id, signal, forbidden))
    before = len(digest.facts) + len(digest.windows) + len(digest.signals)
    dropped = before - len(facts) - len(windows) - len(signals)
    refused = (*digest.refused, *(Refused(reason=Refusal.FORBIDDEN, item=None) for _ in range(dropped)))
    return replace(digest, facts=facts, windows=windows, signals=signals, refused=refused)


def _is_forbidden_fact(user_id: str, fact: ExtractedFact, forbidden: Forbidden) -> bool:
    if claim_hash(user_id, *extracted_key(fact)) in forbidden.claims:
        return True
    return forbidden.names("\n".join((fact.statement, fact.object, *(one.quote for one in fact.evidence))))


def _is_forbidden_signal(user_id: str, signal: Signal, forbidden: Forbidden) -> bool:
    if signal_hash(user_id, signal.kind, normalised(signal.name)) in forbidden.claims:
        return True
    return forbidden.names("\n".join((signal.name, signal.value, *(one.quote for one in signal.evidence))))


def signal_hash(user_id: str, kind: str, name_key: str) -> bytes:
    """Return the 16 bytes by which a forgotten signal is known again without being kept."""
    return claim_hash(user_id, Claim("", "signal", kind), name_key)


def _text_of_window(window: WindowDigest) -> str:
    asked = (text for question in window.questions for text in (question.question, question.answer or ""))
    return "\n".join((window.title, window.summary, *window.topics, *window.decisions, *asked))
