"""One item of the answer to one fact, or the reason why not: every check of a fact, in the order of their cost."""

import re
from typing import Any

from enrichment.digest.answer import ItemRefused, text, text_or_none, whole_numbers
from enrichment.digest.evidence import Proof, cited, prove
from enrichment.digest.flags import flag
from enrichment.digest.grounding import check_form, check_mentioned, check_names, check_numbers, doubts
from enrichment.digest.languages import language
from enrichment.digest.quotes import find
from enrichment.digest.speakers import BOT, SELF, resolve
from enrichment.digest.transcript import Transcript
from enrichment.digest.words import folded
from enrichment.domain import resolve_dates
from enrichment.domain.dates import Interval
from enrichment.domain.digest import ExtractedFact, Operation, Refusal
from enrichment.domain.facts import Category, Certainty

_QUOTE, _STATEMENT, _SUBJECT, _PREDICATE, _OBJECT, _TIME = 4_000, 1_000, 80, 80, 600, 80
_AHEAD = frozenset({"plans", "wants"})
_OPERATION = re.compile(r"(same|replaces)\W{0,3}(K\d{1,4})", re.IGNORECASE)


def extracted(item: Any, transcript: Transcript) -> ExtractedFact:  # noqa: ANN401 - the item is whatever a model wrote
    """Return the fact that an item states; raises ``ItemRefused`` with the first reason against it."""
    statement, object_ = text(item, "s", _STATEMENT), text(item, "o", _OBJECT)
    predicate, qualifier = _predicate(text(item, "p", _PREDICATE))
    category, certainty = _member(Category, item.get("cat")), _member(Certainty, item.get("sure"))
    subject, time_words = text(item, "who", _SUBJECT), text_or_none(item, "t", _TIME)
    if not (statement and object_ and subject and predicate):
        raise ItemRefused(Refusal.MALFORMED)
    if transcript.tells_secret(statement, object_, subject, qualifier):
        raise ItemRefused(Refusal.SECRET)
    operation, known = _operation(text_or_none(item, "op", _TIME), transcript)
    proof = prove(cited(transcript, whole_numbers(item, "m")), text(item, "q", _QUOTE), statement)
    subject = _subject(subject, statement, proof, transcript)
    check_form(statement, proof)
    ahead = category is Category.PLAN or predicate in _AHEAD
    occurred, doubtful_time = _occurred(time_words, proof, transcript, ahead=ahead)
    check_numbers(statement, proof, transcript, occurred)
    check_names(statement, subject, proof, transcript, occurred)
    return ExtractedFact(
        statement=statement,
        category=category,
        subject=subject,
        predicate=predicate,
        object=object_,
        qualifier=qualifier,
        operation=operation,
        known=known,
        certainty=certainty,
        evidence=proof.evidence(certainty),
        occurred=occurred,
        time_words=None if doubtful_time else time_words,
        flagged=flag(statement, object_, proof.quote, proof.sentence) or _ordered(subject, proof, transcript),
        doubts=(*doubts(statement, proof), *doubtful_time),
    )


def _ordered(subject: str, proof: Proof, transcript: Transcript) -> str | None:
    """Return why a fact about somebody else must not be served if the message that tells of them gives orders too."""
    return None if subject in transcript.labels else flag(proof.line.text)


def _member(kind: type[Any], value: object) -> Any:  # noqa: ANN401 - a member of the kind
    try:
        return kind(value)
    except ValueError:
        raise ItemRefused(Refusal.MALFORMED) from None


def _predicate(written: str) -> tuple[str, str]:
    """Split ``verb/aspect`` into predicate and qualifier, both in snake_case."""
    verb, _, aspect = ("_".join(part.split()) for part in written.casefold().partition("/"))
    return verb, aspect


def _operation(written: str | None, transcript: Transcript) -> tuple[Operation, str | None]:
    if written is None or written.casefold() == Operation.NEW:
        return Operation.NEW, None
    found = _OPERATION.fullmatch(written)
    if found is None:
        raise ItemRefused(Refusal.MALFORMED)
    if found[2].upper() not in transcript.known:
        raise ItemRefused(Refusal.UNKNOWN_FACT)
    return Operation(found[1].casefold()), found[2].upper()


def _subject(written: str, statement: str, proof: Proof, transcript: Transcript) -> str:
    """Return whom the fact is about: the speaker's label, or somebody else as written.

    A fact about a speaker needs that speaker's words; one that opens with another speaker's name is not about this one.
    """
    about = resolve(written, transcript.labels)
    if about is None and folded(written) in {BOT, folded(transcript.bot_name)}:
        raise ItemRefused(Refusal.BOT_ONLY)
    about = proof.spoken_by.label if about is None and folded(written) in SELF else about
    if about is None:
        check_mentioned(written, proof, transcript)
        return written
    opening = next((name for name in transcript.labels if folded(statement).startswith(folded(name) + " ")), about)
    if about != proof.spoken_by.label or opening != about:
        raise ItemRefused(Refusal.WRONG_AUTHOR)
    return about


def _occurred(
    written: str | None, proof: Proof, transcript: Transcript, *, ahead: bool
) -> tuple[Interval | None, tuple[str, ...]]:
    """Return when it happened: counted from the cited line that says the words, by code.

    Words for a time that no cited line says are not believed.
    """
    if written is None:
        return None, ()
    anchor = next((line for line in (proof.line, *proof.lines) if find(written, line.text)), None)
    if anchor is None:
        return None, ("time_words",)
    if not anchor.message.time_known:
        return None, ()
    spoken = anchor.message.language or language(anchor.words)
    said_at = anchor.message.said_at
    return resolve_dates.resolve(written, said_at, transcript.zone, ahead=ahead, language=spoken), ()
