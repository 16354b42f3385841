"""Rebuilds an open batch from its stored record, as far as its messages are still what they were."""

from enrichment.domain.batches import Batch, SessionKey, Window
from enrichment.domain.messages import Message, PointRef
from enrichment.domain.prompt import Prompt
from enrichment.ports import OpenBatch, Ports, UnfinishedBatch

Recorded = tuple[PointRef, bytes]
Present = dict[Recorded, Message]


async def recorded_batch(ports: Ports, user_id: str, record: UnfinishedBatch) -> tuple[OpenBatch, Prompt]:
    """Return the batch and the numbering of its prompt; what changed or went since has no number any more.

    An item of the answer that cites such a number is dropped by ``digest.read`` like any unknown number.
    """
    recorded = [item for window in record.windows for item in (*window.context, *window.messages)]
    fetched = await ports.pending.fetch(user_id, record.points)
    present = {(message.ref, message.content_hash): message for message in fetched.messages}
    history = await ports.history.history(user_id, [present[item] for item in recorded if item in present], ())
    sessions = {session.session_id: session for session in history.sessions}
    windows = tuple(
        Window(
            session_id=stored.session_id,
            key=_key(stored.messages, present, record),
            messages=tuple(present[item] for item in stored.messages if item in present),
            session=sessions.get(stored.session_id),
            context=tuple(present[item] for item in stored.context if item in present),
        )
        for stored in record.windows
    )
    batch = Batch(user_id=user_id, bot_name=record.bot_name, scope=record.scope, windows=windows)
    known = await ports.memory.known(batch, record.known_ids)
    opened = OpenBatch(
        batch_id=record.batch_id, batch=batch, known=known, prompt_hash=record.prompt_hash, answer=record.answer
    )
    return opened, _numbering(record, present, windows)


def _numbering(record: UnfinishedBatch, present: Present, windows: tuple[Window, ...]) -> Prompt:
    """Return a prompt without words whose numbers are those of ``digest.ask``: by window, context lines first."""
    numbers: dict[int, Message] = {}
    new: set[int] = set()
    next_number = 1
    for stored in record.windows:
        for position, item in enumerate((*stored.context, *stored.messages)):
            if item in present:
                numbers[next_number] = present[item]
                if position >= len(stored.context):
                    new.add(next_number)
            next_number += 1
    return Prompt(
        system="",
        user="",
        schema={},
        schema_name="",
        numbers=numbers,
        new=frozenset(new),
        windows=windows,
        version="",
        max_answer_tokens=0,
    )


def _key(messages: tuple[Recorded, ...], present: Present, record: UnfinishedBatch) -> SessionKey:
    for item in messages:
        if (message := present.get(item)) is not None:
            return SessionKey(message.bot_name, message.channel_id, message.conversation_id, message.scope)
    return SessionKey(record.bot_name, scope=record.scope)
