"""Packs windows into batches: as much as fits one model call, cut between sessions where possible."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from enrichment.domain.batches import Batch, Limits, Session, Window
from enrichment.domain.messages import Message, PointRef
from enrichment.domain.text import estimated_tokens
from enrichment.planning.context import last_lines
from enrichment.planning.positions import position

LargestBatch = Mapping[tuple[PointRef, bytes], int]


def pack(user_id: str, windows: Iterable[Window], limits: Limits, largest_batch: LargestBatch) -> list[Batch]:
    """Return batches of one bot and one privacy scope each, in time order, that hold each message exactly once.

    A batch has at most ``max_batch_tokens`` and ``max_batch_messages``, and not more messages than ``largest_batch``
    says of any of its messages, by (ref, content hash). A window that fits a batch whole is not split; parts of a
    larger one have the same session id, and the later ones carry the part before as context. A message that is larger
    than a batch by itself gets its own. Some batches may hold no message of the user: these are not to be asked.
    """
    streams: dict[tuple[str, str], list[Window]] = defaultdict(list)
    for window in sorted(windows, key=lambda window: position(window.messages[0])):
        streams[window.key.bot_name, window.key.scope].append(window)
    packed = (
        [
            Batch(user_id=user_id, bot_name=bot_name, scope=scope, windows=tuple(box))
            for box in _Packer(limits, largest_batch).pack(stream)
        ]
        for (bot_name, scope), stream in sorted(streams.items())
    )
    return list(heapq.merge(*packed, key=lambda batch: position(batch.windows[0].messages[0])))


@dataclass(frozen=True, slots=True)
class _Load:
    """What messages need of a batch; ``most`` is the size of the largest batch that they may be in."""

    messages: int
    tokens: int
    most: int

    def __add__(self, other: "_Load") -> "_Load":
        return _Load(self.messages + other.messages, self.tokens + other.tokens, min(self.most, other.most))


class _Packer:
    """Fills one batch after the other; never goes back, so that order is kept."""

    def __init__(self, limits: Limits, largest_batch: LargestBatch) -> None:
        self._limits = limits
        self._largest_batch = largest_batch
        self._empty = _Load(0, 0, limits.max_batch_messages)
        self._load = self._empty
        self._box: list[Window] = []
        self._full: list[list[Window]] = []

    def pack(self, windows: Iterable[Window]) -> list[list[Window]]:
        for window in windows:
            loads = [self._load_of(message) for message in window.messages]
            whole = sum(loads, self._empty)
            if not self._fits(self._load + whole) and self._fits(whole):
                self._close()
            if self._fits(self._load + whole):
                self._load += whole
                self._box.append(window)
            else:
                self._cut(window, loads)
        self._close()
        return self._full

    def _cut(self, window: Window, loads: Sequence[_Load]) -> None:
        """Fill the batch in hand with the window's beginning, and others with the rest."""
        start = 0
        for index, load in enumerate(loads):
            if self._load.messages and not self._fits(self._load + load):
                if start < index:
                    self._box.append(_part(window, start, index, self._limits))
                self._close()
                start = index
            self._load += load
        self._box.append(_part(window, start, len(loads), self._limits))

    def _close(self) -> None:
        if self._box:
            self._full.append(self._box)
        self._box, self._load = [], self._empty

    def _fits(self, load: _Load) -> bool:
        return load.tokens <= self._limits.max_batch_tokens and load.messages <= load.most

    def _load_of(self, message: Message) -> _Load:
        most = self._largest_batch.get((message.ref, message.content_hash)) if self._largest_batch else None
        most = self._limits.max_batch_messages if most is None else most
        return _Load(1, estimated_tokens(message.text), max(1, most))


def _part(window: Window, start: int, end: int, limits: Limits) -> Window:
    if start == 0:
        return replace(window, messages=window.messages[:end])
    context = last_lines(window.messages[:start], limits)
    session = _grown(window, window.messages[:start], tuple(message.ref for message in context))
    return replace(window, messages=window.messages[start:end], session=session, context=context)


def _grown(window: Window, read: Sequence[Message], recent: tuple[PointRef, ...]) -> Session:
    """Return the session as it is once these messages of the window have been read."""
    times = [message.said_at for message in read]
    before = window.session
    if before is None:
        return Session(
            session_id=window.session_id,
            key=window.key,
            started_at=min(times),
            ended_at=max(times),
            message_count=len(read),
            recent=recent,
        )
    return replace(
        before,
        started_at=min(before.started_at, *times),
        ended_at=max(before.ended_at, *times),
        message_count=before.message_count + len(read),
        recent=recent,
    )
