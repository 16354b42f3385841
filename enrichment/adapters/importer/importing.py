"""A whole file into one collection: checked first, written then, and never written twice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from enrichment.adapters.importer.lines import BadFile, BadLine, Line, Vectors, lines
from enrichment.adapters.importer.target import Target, opened
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import Server
from enrichment.ports import Embedder
from enrichment.producer import stamp

_BATCH_LINES = 256
_BATCH_BYTES = 4_000_000
_BAD_LINES_SHOWN = 20

Progress = Callable[[int, int], None]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file's lines: written, found in the collection, repeated in the file, or bad.

    ``bad`` holds the first of the ``bad_lines``. ``users`` are stored user ids, of all good lines.
    """

    lines: int
    imported: int
    existing: int
    repeated: int
    bad_lines: int
    bad: tuple[BadLine, ...] = ()
    users: frozenset[str] = field(default_factory=frozenset)


async def import_messages(  # noqa: PLR0913  # a file, a place, and how to go about it
    path: Path,
    server: Server,
    collection: str,
    embedder: Embedder,
    *,
    now: datetime,
    rules: Rules | None = None,
    skip_bad: bool = False,
    on_progress: Progress = lambda _done, _total: None,
) -> ImportReport:
    """Import a JSONL file, one message a line, as pending; points that exist are left as they are.

    The whole file is checked first. Raises ``BadFile`` with the first bad lines unless ``skip_bad``,
    ``ConfigurationError`` for a file or a collection that cannot be used, ``DependencyUnavailable``; after the latter,
    importing again continues where it ended. ``on_progress`` gets the lines that are done and all of them.
    """
    good, bad_lines, shown = _check(path, now)
    if bad_lines and not skip_bad:
        raise BadFile(shown, bad_lines)
    target = await opened(server, collection)
    seen: set[str] = set()
    users: set[str] = set()
    imported = done = 0
    for batch in _batches(line for line in lines(path, now) if isinstance(line, Line)):
        new = {line.point_id: line for line in reversed(batch) if line.point_id not in seen}
        users |= {(rules or Rules()).user(collection, line.payload) for line in batch}
        seen |= new.keys()
        imported += await _write(target, embedder, list(new.values()))
        done += len(batch)
        on_progress(done, good)
    return ImportReport(
        lines=good + bad_lines,
        imported=imported,
        existing=len(seen) - imported,
        repeated=done - len(seen),
        bad_lines=bad_lines,
        bad=shown,
        users=frozenset(users),
    )


def _check(path: Path, now: datetime) -> tuple[int, int, tuple[BadLine, ...]]:
    """Count the good and the bad lines, and keep the first of the latter."""
    good = bad = 0
    shown: list[BadLine] = []
    for line in lines(path, now):
        if isinstance(line, Line):
            good += 1
            continue
        bad += 1
        if len(shown) < _BAD_LINES_SHOWN:
            shown.append(line)
    return good, bad, tuple(shown)


def _batches(good: Iterator[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for line in good:
        length = len(line.text) + 16 * sum((line.shape or {}).values())
        if batch and (len(batch) == _BATCH_LINES or size + length > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += length
    if batch:
        yield batch


async def _write(target: Target, embedder: Embedder, found: Sequence[Line]) -> int:
    """Write the lines that the collection lacks; return how many."""
    existing = await target.existing([line.point_id for line in found])
    new = [line for line in found if line.point_id not in existing]
    if not new:
        return 0
    vectors = await _vectors(embedder, new)
    shape = {name: len(vector) for name, vector in vectors[0].items()}
    if not target.ready:
        source = "the file" if new[0].vectors else embedder.name
        log.info("vectors.chosen", source=source, collection=target.collection, sizes=shape)
        await target.prepare(shape)
    await target.write(
        [(line.point_id, stamp(line.payload, line.point_id), vector) for line, vector in zip(new, vectors, strict=True)]
    )
    return len(new)


async def _vectors(embedder: Embedder, found: Sequence[Line]) -> list[Vectors]:
    given = [line.vectors for line in found if line.vectors is not None]
    return given or [{"": tuple(vector)} for vector in await embedder.embed([line.text for line in found])]
