"""One batch of a user, and what a model that reads it well would say: half of it new, the rest known or changed."""

import hashlib
import random
from datetime import timedelta

from bench.memory.rows import BEGINNING, BOT, COLLECTION, SINGLE, predicate_of, session_id, user
from enrichment.domain.batches import Batch, SessionKey, Window
from enrichment.domain.digest import Digest, ExtractedFact, Operation, Signal, WindowDigest
from enrichment.domain.facts import Certainty, Evidence
from enrichment.domain.messages import Message, PointRef, Role

MESSAGES, FACTS, SIGNALS = 20, 10, 4
_CHANGED = 20
_INTERESTS = ("chess", "bees", "tea", "sailing", "opera")


def batch_of(number: int, round_: int) -> Batch:
    """Return new messages of a user, a minute apart, in a session of their own."""
    messages = tuple(_message(number, round_, index) for index in range(MESSAGES))
    window = Window(session_id=session_id(number, 1_000 + round_), key=SessionKey(BOT), messages=messages)
    return Batch(user_id=user(number), bot_name=BOT, scope="", windows=(window,))


def _message(number: int, round_: int, index: int) -> Message:
    name = f"{number}/{round_}/{index}"
    text = f"I say that thing {index} is what I mean, and that is all there is to {name}"
    return Message(
        points=(PointRef(COLLECTION, name),),
        user_id=user(number),
        bot_name=BOT,
        role=Role.USER,
        text=text,
        content_hash=hashlib.sha256(text.encode()).digest(),
        said_at=BEGINNING + timedelta(days=100 + round_, minutes=index),
        message_id=name,
    )


def digest_of(batch: Batch, facts: int, chance: random.Random) -> Digest:
    """Return what the batch teaches; ``facts`` is how many the user has had from the beginning."""
    stated = [_fact(message, facts, chance) for message in batch.messages[:FACTS]]
    signals = [
        Signal(kind="interest", name=chance.choice(_INTERESTS), value="", evidence=(_evidence(message),))
        for message in batch.messages[:SIGNALS]
    ]
    told = WindowDigest(
        session_id=batch.windows[0].session_id, title="Things", summary="The user spoke of things.", topics=("things",)
    )
    return Digest(windows=(told,), facts=tuple(stated), signals=tuple(signals))


def _fact(message: Message, facts: int, chance: random.Random) -> ExtractedFact:
    """State something new as often as not, one in twenty a change; and else what the user has said before."""
    index = chance.randrange(facts) if chance.random() < 1 / 2 else facts + chance.randrange(1_000_000)
    predicate, category = predicate_of(chance.randrange(SINGLE) if chance.random() < 1 / _CHANGED else index)
    return ExtractedFact(
        statement=f"The user {predicate} thing {index}",
        category=category,
        subject="user",
        predicate=predicate,
        object=f"thing {index}",
        qualifier="",
        operation=Operation.NEW,
        known=None,
        certainty=Certainty.SURE,
        evidence=(_evidence(message),),
    )


def _evidence(message: Message) -> Evidence:
    return Evidence.from_message(message, message.text[:20], Certainty.SURE)
