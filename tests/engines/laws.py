"""What the fold laws are about: a conversation in some order and some batches, and the row it leads to."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import TypeVar

import orjson

from bench.engines.stream import Stream
from enrichment.engines.frame import AnyEngine, Asked
from enrichment.engines.waiting import Arrived

Event = tuple[datetime, str, int]
T = TypeVar("T")


def row_bytes(engine: AnyEngine, batches: Sequence[Arrived]) -> bytes:
    """Fold batches and return the row an hour after the last message as JSON."""
    stream = Stream([engine])
    for batch in batches:
        stream.feed(batch)
    last = max(message.said_at for batch in batches for message in batch.messages)
    row = stream.rows(Asked(now=last + timedelta(hours=1)))[engine.name]
    return orjson.dumps(asdict(row) if row is not None else None)


def shuffled(whole: Arrived, chance: random.Random, within: timedelta, cuts: int) -> Iterator[Arrived]:
    """Deliver everything up to ``within`` late, in as many batches."""
    delivery = sorted(_events(whole), key=lambda event: event[0] + within * chance.random())
    edges = sorted(chance.sample(range(1, len(delivery)), cuts - 1))
    for start, end in zip([0, *edges], [*edges, len(delivery)], strict=True):
        yield _picked(whole, delivery[start:end])


def _events(whole: Arrived) -> Iterator[Event]:
    for field in fields(whole):
        for place, event in enumerate(getattr(whole, field.name)):
            yield event.at if hasattr(event, "at") else event.said_at, field.name, place


def _picked(whole: Arrived, events: Sequence[Event]) -> Arrived:
    return Arrived(
        messages=_kind(whole.messages, "messages", events),
        accesses=_kind(whole.accesses, "accesses", events),
        qualities=_kind(whole.qualities, "qualities", events),
        topics=_kind(whole.topics, "topics", events),
    )


def _kind(of_kind: Sequence[T], name: str, events: Sequence[Event]) -> tuple[T, ...]:
    return tuple(of_kind[place] for _, kind, place in events if kind == name)
