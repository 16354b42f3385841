"""What a batch costs all engines together, and whether a long history makes it dearer."""

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bench.engines.chatter import chatter
from bench.engines.stream import PAIR, START, Stream
from enrichment.engines import waiting_codec
from enrichment.engines.frame import AnyEngine, Asked, MemoryState
from enrichment.engines.memories import overlaid, settle, wanted
from enrichment.engines.reading import read
from enrichment.engines.waiting import Arrived

BATCH = 50
SHORT, LONG = 100, 100_000
_SAMPLES, _RUNS = 41, 5
_CHUNK = 500
_REPORTS = 1000
_PLACING = "placing"


def costs(engines: Sequence[AnyEngine]) -> dict[str, Any]:
    """Return CPU milliseconds of a batch of 50 messages, the ratio for a long history, and seconds per 1,000 reports.

    A batch that nobody has read yet is put in its place, and each engine reads its state, absorbs, reports with what
    still waits on top, and writes its state: ``batch_cpu_ms`` is the sum, the median of 41 batches, each the best of
    five runs. A report reads the state.
    """
    short, long = _after(engines, SHORT), _after(engines, LONG)
    near, far = _cpu_ms(short), _cpu_ms(long)
    return {
        "batch_cpu_ms": round(sum(near.values()), 3),
        "history_ratio": round(sum(far.values()) / sum(near.values()), 3),
        "report_seconds": round(_report_seconds(long), 3),
        "batch_cpu_ms_by_engine": [{"engine": name, "cpu_ms": round(value, 3)} for name, value in near.items()],
        "state_bytes_by_engine": [
            {"engine": engine.name, "bytes": len(engine.encode(long.states[engine.name]))} for engine in engines
        ],
    }


def _after(engines: Sequence[AnyEngine], messages: int) -> Stream:
    """Return a pair that has exchanged so many messages."""
    stream, fed = Stream(engines), 0
    while fed < messages:
        part = chatter(f"history-{fed}", min(_CHUNK, messages - fed), start=_last_day(stream))
        stream.feed(part)
        fed += len(part.messages)
    return stream


def _last_day(stream: Stream) -> float:
    newest = stream.waiting.newest
    return (newest - START).total_seconds() / 86_400 if newest else 0.0


def _cpu_ms(stream: Stream) -> dict[str, float]:
    samples = [_timed(stream, batch) for batch in _batches(_last_day(stream))]
    return {name: 1000 * median(sample[name] for sample in samples) for name in samples[0]}


def _batches(start: float) -> Iterator[Arrived]:
    whole = chatter("batches", BATCH * _SAMPLES, start=start)
    for first in range(0, BATCH * _SAMPLES, BATCH):
        messages = whole.messages[first : first + BATCH]
        low, high = messages[0].said_at, messages[-1].said_at
        yield Arrived(
            messages=messages,
            accesses=tuple(access for access in whole.accesses if low <= access.at <= high),
            qualities=tuple(quality for quality in whole.qualities if low <= quality.at <= high),
            topics=tuple(topic for topic in whole.topics if low <= topic.said_at <= high),
        )


def _timed(stream: Stream, batch: Arrived) -> dict[str, float]:
    """Return CPU seconds by part, the best of five runs, and then let the batch have happened."""
    held = waiting_codec.encode(stream.waiting)
    states = {engine.name: engine.encode(stream.states[engine.name]) for engine in stream.engines}
    known = {each: stream.memories[each] for each in wanted(stream.waiting, batch) if each in stream.memories}
    asked = stream.asked(Asked(now=batch.messages[-1].said_at))
    gc.collect()
    gc.disable()
    runs = [_run(stream, batch, held, states, known, asked) for _ in range(_RUNS)]
    gc.enable()
    stream.feed(batch)
    return {name: min(run[name] for run in runs) for name in runs[0]}


def _run(
    stream: Stream,
    batch: Arrived,
    held: bytes,
    states: Mapping[str, bytes],
    known: Mapping[str, MemoryState],
    asked: Asked,
) -> dict[str, float]:
    spent: dict[str, float] = {}
    read.cache_clear()
    start = time.process_time()
    settled = settle(waiting_codec.decode(held), batch, stream.base, known)
    waiting_codec.encode(settled.waiting)
    asked = overlaid(asked, settled.preview)
    spent[_PLACING] = time.process_time() - start
    for engine in stream.engines:
        start = time.process_time()
        state = engine.absorb(engine.decode(states[engine.name]), settled.final)
        if engine.report_bot is None:
            engine.report(engine.absorb(state, settled.preview), PAIR, asked)
        engine.encode(state)
        spent[engine.name] = time.process_time() - start
    return spent


def _report_seconds(stream: Stream) -> float:
    """Return the CPU time of reporting on 1,000 pairs."""
    asked = overlaid(stream.asked(Asked(now=stream.waiting.newest or START)), stream.ahead)
    states = {engine.name: engine.encode(stream.states[engine.name]) for engine in stream.engines}
    start = time.process_time()
    for _ in range(_REPORTS):
        for engine in stream.engines:
            engine.report(engine.decode(states[engine.name]), PAIR, asked)
    return time.process_time() - start
