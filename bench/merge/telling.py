"""Lets the memory read a pair the way the worker does: first one wording, then the other, with or without a model."""

import hashlib
import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.merge.pairs import Pair
from enrichment.adapters.postgres.known import Candidate, choose
from enrichment.adapters.postgres.memory import SHOWN
from enrichment.digest.ask import ask
from enrichment.domain.batches import Batch, Known, SessionKey, Window
from enrichment.domain.changes import Changes
from enrichment.domain.digest import Digest, ExtractedFact, Operation
from enrichment.domain.facts import Category, Certainty, Evidence, Fact, Remembered
from enrichment.domain.messages import Message, PointRef, Role
from enrichment.memory.remember import remember

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
# What else is known of the user: somebody who has been talking for some weeks.
BESIDE: Final = 40
_OPENINGS: Final = {
    "en": "By the way:",
    "de": "Übrigens:",
    "es": "Por cierto:",
    "ru": "Кстати:",
    "zh": "对了，",
    "ar": "بالمناسبة:",
    "emoji": "btw",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a pair: merged by the rules alone, and with a model that says what it is told to say.

    ``offered``: the first wording was among the known facts that the model was shown.
    """

    pair: Pair
    by_rules: bool
    offered: bool
    by_right_model: bool
    by_gullible_model: bool


def judge(pair: Pair, others: Sequence[Pair], seed: int) -> Verdict:
    """Return what becomes of a pair when its user knows ``others`` too.

    The right model says ``same`` of what is the same and was shown to it; the gullible one of everything shown.
    """
    known = _read(pair, pair.one, 0)
    shown = _shown(pair, known.fact, others, random.Random(seed))
    short = next((short for short, fact in shown.facts.items() if fact.fact_id == known.fact.fact_id), None)
    by_rules = _is_merged(pair, known, Operation.NEW, None, shown)
    by_model = by_rules if short is None else _is_merged(pair, known, Operation.SAME, short, shown)
    return Verdict(
        pair=pair,
        by_rules=by_rules,
        offered=short is not None,
        by_right_model=by_model if pair.same else by_rules,
        by_gullible_model=by_model,
    )


def _is_merged(pair: Pair, known: Remembered, operation: Operation, short: str | None, shown: Known) -> bool:
    changes = tell(pair, pair.other, 1, [known], operation, short, shown)
    return not changes.new_facts and any(new.fact_id == known.fact.fact_id for new in changes.evidence)


def tell(
    pair: Pair,
    wording: str,
    day: int,
    related: Sequence[Remembered] = (),
    operation: Operation = Operation.NEW,
    short: str | None = None,
    shown: Known | None = None,
) -> Changes:
    """Return what a message teaches that states one wording of a pair."""
    message = a_message(pair, wording, day)
    fact = replace(stated(pair, wording, message), operation=operation, known=short)
    return remember(a_batch(message), shown or Known(), related, Digest(facts=(fact,)), method="scripted")


def stated(pair: Pair, wording: str, message: Message) -> ExtractedFact:
    """Return the fact that a message states, as a model would answer that knows nothing."""
    return ExtractedFact(
        statement=f"Mara {pair.predicate.replace('_', ' ')} {wording}",
        category=Category.OTHER,
        subject="Mara",
        predicate=pair.predicate,
        object=wording,
        qualifier="",
        operation=Operation.NEW,
        known=None,
        certainty=Certainty.SURE,
        evidence=(Evidence.from_message(message, message.text, Certainty.SURE),),
    )


def a_message(pair: Pair, wording: str, day: int) -> Message:
    """Return a message of Mara's that says it."""
    text = f"{_OPENINGS[pair.language]} {wording}"
    return Message(
        points=(PointRef("bench", str(day)),),
        user_id="mara",
        bot_name="bench",
        author="Mara",
        role=Role.USER,
        text=text,
        content_hash=hashlib.sha256(text.encode()).digest(),
        said_at=START + timedelta(days=day),
        message_id=str(day),
    )


def a_batch(message: Message) -> Batch:
    """Return a batch of one message."""
    window = Window(session_id=uuid.UUID(int=1), key=SessionKey("bench"), messages=(message,))
    return Batch(user_id="mara", bot_name="bench", scope="", windows=(window,))


def _read(pair: Pair, wording: str, day: int) -> Remembered:
    changes = tell(pair, wording, day)
    return Remembered(fact=changes.new_facts[0], evidence=tuple(new.evidence for new in changes.evidence))


def _shown(pair: Pair, fact: Fact, others: Iterable[Pair], rng: random.Random) -> Known:
    """Choose what the model is shown, among the facts of this and other pairs, in an order of their own."""
    beside = [replace(_read(other, other.one, 0).fact, fact_id=uuid.UUID(int=n)) for n, other in enumerate(others, 1)]
    facts = {one.fact_id: one for one in (*beside, fact)}
    candidates = [Candidate(one.fact_id, one.statement, one.claim.predicate) for one in facts.values()]
    rng.shuffle(candidates)
    message = a_message(pair, pair.other, 1)
    chosen = choose(candidates, [message.text], SHOWN)
    known = Known(facts={f"K{number}": facts[one] for number, one in enumerate(chosen, 1)})
    return Known(facts=ask(a_batch(message), known).known)
