"""Rebuilds what is left of an open batch from its stored record, as far as its messages are still what they were."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from enrichment.domain.batches import Batch, SessionKey, Window
from enrichment.domain.changes import UserHistory
from enrichment.domain.messages import Message, PointRef
from enrichment.domain.prompt import Answer, Prompt
from enrichment.ports import OpenBatch, Ports, UnfinishedBatch

# How many processes may die over one stored answer before it is given up: each death may isolate one message in it.
DEATHS_OVER_AN_ANSWER = 12

Recorded = tuple[PointRef, bytes]
Present = dict[Recorded, Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is to be read next of a stored answer, and the numbering of its prompt.

    ``reading`` are the new messages in it. ``is_all``: nothing of the batch was committed before, or will be after.
    """

    opened: OpenBatch
    prompt: Prompt
    reading: Sequence[Recorded]
    is_all: bool


def stored_answer(record: UnfinishedBatch) -> Answer | None:
    """Return the answer to an open batch if it is worth reading: after so many deaths it is not one message in it."""
    return None if record.resumed > DEATHS_OVER_AN_ANSWER else record.answer


async def left_of(ports: Ports, user_id: str, record: UnfinishedBatch) -> Left | None:
    """Return the next part of the batch, None once each of its messages has an end, was changed, or is gone.

    All that is left is one part, unless its messages may only be read in smaller ones. What is not in the part has a
    number that is ``absent`` from the prompt: an item of the answer that cites it is dropped by ``digest.read``.
    """
    recorded = [item for window in record.windows for item in (*window.context, *window.messages)]
    fetched = await ports.pending.fetch(user_id, record.points)
    present = {(message.ref, message.content_hash): message for message in fetched.messages}
    history = await ports.history.history(user_id, [present[item] for item in recorded if item in present], ())
    ended = {(entry.ref, entry.content_hash) for entry in history.entries}
    new = [item for window in record.windows for item in window.messages]
    waiting = [item for item in new if item in present and item not in ended]
    reading = _first_part(waiting, history)
    if not reading:
        return None
    others = set(new) - set(reading)
    present = {item: message for item, message in present.items() if item not in others}
    is_all = len(reading) == len(waiting) and ended.isdisjoint(new)
    batch = Batch(
        user_id=user_id,
        bot_name=record.bot_name,
        scope=record.scope,
        windows=tuple(_windows(record, present, history)),
    )
    known = await ports.memory.known(batch, record.known_ids)
    opened = OpenBatch(
        batch_id=record.batch_id,
        batch=batch,
        known=known,
        prompt_hash=record.prompt_hash,
        answer=record.answer,
        part=None if is_all else uuid.uuid4(),
    )
    return Left(opened=opened, prompt=_numbering(record, present, batch.windows), reading=reading, is_all=is_all)


def _first_part(waiting: Sequence[Recorded], history: UserHistory) -> Sequence[Recorded]:
    """Return as many of the first messages as each of them may be read with."""
    most = len(waiting)
    for place, item in enumerate(waiting):
        attempt = history.attempts.get(item)
        if attempt is not None and attempt.largest_batch is not None:
            most = min(most, max(attempt.largest_batch, place))
        if place >= most:
            break
    return waiting[:most]


def _windows(record: UnfinishedBatch, present: Present, history: UserHistory) -> Iterable[Window]:
    sessions = {session.session_id: session for session in history.sessions}
    for stored in record.windows:
        yield Window(
            session_id=stored.session_id,
            key=_key(stored.messages, present, record),
            messages=tuple(present[item] for item in stored.messages if item in present),
            session=sessions.get(stored.session_id),
            context=tuple(present[item] for item in stored.context if item in present),
        )


def _numbering(record: UnfinishedBatch, present: Present, windows: tuple[Window, ...]) -> Prompt:
    """Return a prompt without words whose numbers are those of ``digest.ask``: by window, context lines first."""
    numbers: dict[int, Message] = {}
    new: set[int] = set()
    absent: set[int] = set()
    items = (
        (item, position >= len(stored.context))
        for stored in record.windows
        for position, item in enumerate((*stored.context, *stored.messages))
    )
    for number, (item, is_new) in enumerate(items, 1):
        if item not in present:
            absent.add(number)
            continue
        numbers[number] = present[item]
        if is_new:
            new.add(number)
    return Prompt(
        system="",
        user="",
        schema={},
        schema_name="",
        numbers=numbers,
        new=frozenset(new),
        absent=frozenset(absent),
        windows=windows,
        version="",
        max_answer_tokens=0,
    )


def _key(messages: tuple[Recorded, ...], present: Present, record: UnfinishedBatch) -> SessionKey:
    for item in messages:
        if (message := present.get(item)) is not None:
            return SessionKey(message.bot_name, message.channel_id, message.conversation_id, message.scope)
    return SessionKey(record.bot_name, scope=record.scope)
