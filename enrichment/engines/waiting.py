"""Holds back the newest events of a pair until their order is final, so that every engine may fold in time order.

An event is final when another is known that is later by more than the lateness window, or when too many wait. A message
that then comes for an earlier place is *late*: it is counted, and the pair is to be rebuilt. Accesses, measurements and
topics that come late are folded late, because an access log may lag behind by hours.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import TypeVar

import numpy as np

from enrichment.domain.messages import Message
from enrichment.engines.frame import LATENESS, Access, Quality, Seen, Topic, Vector
from enrichment.engines.halves import halved

LONGEST = 64
_PREFERRED = ("", "content", "semantic")

Order = tuple[datetime, int, int, str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What a batch brought for a pair, in any order, vectors still in the messages."""

    messages: tuple[Message, ...] = ()
    accesses: tuple[Access, ...] = ()
    qualities: tuple[Quality, ...] = ()
    topics: tuple[Topic, ...] = ()
    read_until: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is held back, in order; nothing can be put before ``final`` any more.

    ``read_until`` tells by source outside until when it was read: kept here, so that nothing is read twice.
    """

    newest: datetime | None = None
    final: Order | None = None
    messages: tuple[Message, ...] = ()
    vectors: dict[str, Vector] = field(default_factory=dict)
    accesses: tuple[Access, ...] = ()
    qualities: tuple[Quality, ...] = ()
    topics: tuple[Topic, ...] = ()
    read_until: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What admitting a batch gave: the new waiting part, what became final, and how many messages came too late."""

    waiting: Waiting
    final: Seen
    late: int


_message_time: Callable[[Message], datetime] = attrgetter("said_at")
_time: Callable[[Access | Quality], datetime] = attrgetter("at")
_topic_time: Callable[[Topic], datetime] = attrgetter("said_at")


def admit(waiting: Waiting, arrived: Arrived, base: Seen, vector_name: str | None = None) -> Admitted:
    """Put a batch in its place among what waits, and release what is final.

    ``base`` names the pair and its zone. A message that waits already is replaced by its newer text. ``vector_name`` is
    the named vector that the engines see, scaled to length one; without it the unnamed one, else ``content``, else the
    first by name.
    """
    # Each message's order is made once: it is a property, and asked for twice.
    new = [(m.order, m) for m in arrived.messages]
    placed = new if waiting.final is None else [each for each in new if each[0] > waiting.final]
    on_time = [m for _, m in placed]
    known = {_name(each[1]): each for each in (*((m.order, m) for m in waiting.messages), *placed)}
    vectors = waiting.vectors | _vectors(on_time, vector_name)
    newest = _newest(waiting, arrived, on_time)
    edge = newest - LATENESS if newest else None
    ordered = [m for _, m in sorted(known.values(), key=itemgetter(0))]
    messages, final = _split(ordered, _message_time, edge)
    accesses, used = _split(_in_order(waiting.accesses, arrived.accesses, "at", "memory_id", "source"), _time, edge)
    qualities, measured = _split(_in_order(waiting.qualities, arrived.qualities, "at", "metric", "value"), _time, edge)
    topics, told = _split(_in_order(waiting.topics, arrived.topics, "said_at", "label"), _topic_time, edge)
    kept = Waiting(
        newest=newest,
        final=final[-1].order if final else waiting.final,
        messages=messages,
        vectors=_of(messages, vectors),
        accesses=accesses,
        qualities=qualities,
        topics=topics,
        read_until={**waiting.read_until, **arrived.read_until},
    )
    released = replace(
        base, messages=final, vectors=_of(final, vectors), accesses=used, qualities=measured, topics=told
    )
    return Admitted(waiting=kept, final=released, late=len(arrived.messages) - len(on_time))


def preview(waiting: Waiting, base: Seen) -> Seen:
    """Return what is held back as if it were final: for reports, which fold it on top of the stored state."""
    return replace(
        base,
        messages=waiting.messages,
        vectors=waiting.vectors,
        accesses=waiting.accesses,
        qualities=waiting.qualities,
        topics=waiting.topics,
    )


def without(waiting: Waiting, edited: Message) -> Waiting:
    """Return what waits without the older text of a message: under the same point, or the same message id."""
    points, name = {*edited.points}, _name(edited) if edited.message_id is not None else None
    kept = tuple(m for m in waiting.messages if points.isdisjoint(m.points) and (name is None or _name(m) != name))
    if len(kept) == len(waiting.messages):
        return waiting
    return replace(waiting, messages=kept, vectors=_of(kept, waiting.vectors))


def _newest(waiting: Waiting, arrived: Arrived, messages: Iterable[Message]) -> datetime | None:
    times = [m.said_at for m in messages] + [a.at for a in arrived.accesses] + [q.at for q in arrived.qualities]
    times += [waiting.newest] if waiting.newest else []
    return max(times, default=None)


def _split(
    ordered: Sequence[T], time_of: Callable[[T], datetime], edge: datetime | None
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """Return what waits and what is final: older than ``edge``, or beyond the longest list that may wait."""
    old = next((i for i, each in enumerate(ordered) if edge is None or time_of(each) >= edge), len(ordered))
    cut = max(old, len(ordered) - LONGEST)
    return tuple(ordered[cut:]), tuple(ordered[:cut])


def _in_order(held: Iterable[T], new: Iterable[T], *key: str) -> list[T]:
    """Sort by ``key``; of two events with the same key the newer report stands."""
    key_of = attrgetter(*key)
    return [each for _, each in sorted({key_of(each): each for each in (*held, *new)}.items(), key=lambda e: e[0])]


def _of(messages: Iterable[Message], vectors: dict[str, Vector]) -> dict[str, Vector]:
    ids = [message.points[0].point_id for message in messages]
    return {each: vectors[each] for each in ids if each in vectors}


def _name(message: Message) -> tuple[object, ...]:
    """Return what ``Message.identity`` is the hash of; within a pair, and hashing costs."""
    if message.message_id is not None:
        return message.role, message.message_id
    at = message.said_at if message.time_known else message.ref.point_id
    return message.channel_id, message.role, at, message.content_hash


def _chosen(held: Mapping[str, "array[float]"], names: Iterable[str]) -> "array[float]":
    for name in names:
        if name in held:
            return held[name]
    return held[min(held)]


def _vectors(messages: Iterable[Message], name: str | None) -> dict[str, Vector]:
    """Return one vector of each message that has any, of length one and in half precision, as they wait.

    Those of one size are scaled together.
    """
    names = (name, *_PREFERRED) if name else _PREFERRED
    by_size: dict[int, tuple[list[str], list[array[float]]]] = {}
    for message in messages:
        if message.vectors:
            chosen = _chosen(message.vectors, names)
            ids, numbers = by_size.setdefault(len(chosen), ([], []))
            ids.append(message.points[0].point_id)
            numbers.append(chosen)
    found: dict[str, Vector] = {}
    for size, (ids, numbers) in by_size.items():
        plain = np.frombuffer(b"".join(numbers), dtype=np.float32).reshape(len(ids), size)
        length = np.sqrt(np.einsum("ij,ij->i", plain, plain))
        scaled = np.asarray(plain / np.where(length > 0, length, 1)[:, None], dtype=np.float32)
        found |= zip(ids, halved(scaled), strict=True)
    return found
