"""``python -m bench.recall``: evidence recall at 10 of what the reader recalls, by words, by meaning, and by both."""

import argparse
import asyncio
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import structlog

from bench.progress import bar
from bench.quality.answers import GoldAnswers
from bench.quality.reading import learn
from bench.quality.sample import CATEGORIES, Question, Sample, samples
from bench.recall.memory import BOT, Cited, remember
from bench.report import show
from bench.stage import stage
from enrichment.adapters.embedding.hashed import HashedPieces
from enrichment.adapters.embedding.server import EmbeddingEndpoint, embedding_server
from enrichment.adapters.meaning.keeper import VectorKeeper, VectorOptions
from enrichment.adapters.meaning.points import PREFIX
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.pool import connected as postgres_connected
from enrichment.adapters.qdrant.server import Server
from enrichment.adapters.qdrant.server import connected as qdrant_connected
from enrichment.meaning import QdrantMeaning
from enrichment.ports import Embedder
from enrichment.reader import EnrichmentReader, ReaderEvent, ReaderOptions, Wanted

EXAMPLES = """\
examples:
  python -m bench.recall --data locomo
  python -m bench.recall --data locomo --json
  python -m bench.recall --data locomo --embedding-url http://localhost:11434/v1 --embedding-model nomic-embed-text

DIR holds LoCoMo's JSON files, which are CC BY-NC 4.0 and not shipped: https://github.com/snap-research/locomo. Its
observations are the memory; a question's recall is the share of its evidence that the first ten facts cite. Without a
server of vectors, words and pieces of words are hashed, which knows no synonyms: what a real model gives is for
--embedding-url to show. The key of a server is read from ENRICHMENT_EMBEDDING__API_KEY.
"""
DEPTH = 10
WAYS = ("full_text", "vectors", "hybrid")
ADVERSARIAL = CATEGORIES[5]
PATIENT = timedelta(seconds=60)
OPTIONS = ReaderOptions(good_for=timedelta(0), listen=False, log_accesses=False, recall_deadline=PATIENT)
IMPORTS = 5


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it is put to the memory of a user, at the end of the conversation."""

    user_id: str
    at: datetime
    question: Question


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what each way of recalling has found of its evidence."""

    question: Question
    recall: Mapping[str, float]


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.recall",
        description="Ask the reader LoCoMo's questions, and look whether it recalls what answers them.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with LoCoMo's JSON files")
    parser.add_argument("--embedding-url", metavar="URL", help="server with /embeddings; without it, pieces are hashed")
    parser.add_argument("--embedding-model", default="text-embedding-3-small", metavar="NAME", help="its model")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    # What is logged must not stand in the report.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    every = [sample for file in sorted(chosen.data.glob("*.json")) for sample in samples(file)]
    if not every:
        sys.exit(f"{chosen.data} has no JSON file with conversations")
    show(asyncio.run(_measured(every, chosen)), as_json=chosen.json)


async def _measured(every: Sequence[Sample], chosen: argparse.Namespace) -> dict[str, Any]:
    async with _embedder(chosen.embedding_url, chosen.embedding_model) as embedder:
        return await measure(every, embedder)


async def measure(every: Sequence[Sample], embedder: Embedder) -> dict[str, Any]:
    """Return the report; its fields are described in ``docs/benchmarks.md``."""
    async with (
        stage() as where,
        postgres_connected(where.servers.postgres_dsn) as database,
        qdrant_connected(where.servers.qdrant_url, timeout_seconds=30) as server,
    ):
        cited: dict[uuid.UUID, frozenset[str]] = {}
        for sample in every:
            learnt = await learn(sample.conversation, GoldAnswers(sample.conversation))
            cited |= await remember(database, sample.conversation, learnt.facts)
        vectors = await _embed(database, server, embedder)
        meaning = QdrantMeaning(server, embedder, collection=PREFIX)
        async with (
            EnrichmentReader(where.servers.postgres_dsn, OPTIONS) as plain,
            EnrichmentReader(where.servers.postgres_dsn, OPTIONS, meaning=meaning) as hybrid,
        ):
            asked, seconds = await _ask(every, _Ways(plain, hybrid, meaning, cited))
            assert not hybrid.counts[ReaderEvent.WORDS_ALONE], hybrid.counts
    return {
        "embedder": embedder.name,
        "conversations": len(every),
        "facts": len(cited),
        "vectors": vectors,
        "questions": len(asked),
        **_figures(asked),
        **{f"{way}_p50_ms": round(1000 * median(taken), 2) for way, taken in seconds.items()},
        **_imports(),
    }


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways of recalling; each returns the turns that the first facts cite."""

    plain: EnrichmentReader
    hybrid: EnrichmentReader
    meaning: QdrantMeaning
    cited: Cited

    async def words(self, put: Put) -> frozenset[str]:
        return await self._recalled(self.plain, put)

    async def vectors(self, put: Put) -> frozenset[str]:
        near = await self.meaning.nearest(put.user_id, BOT, ("",), put.question.text, DEPTH)
        return self._turns([each.row_id for each in near])

    async def both(self, put: Put) -> frozenset[str]:
        return await self._recalled(self.hybrid, put)

    async def _recalled(self, reader: EnrichmentReader, put: Put) -> frozenset[str]:
        wanted = Wanted(language="en", most=DEPTH, asked_at=put.at)
        answer = await reader.recall(put.user_id, BOT, put.question.text, wanted=wanted)
        assert answer.is_answered, reader.counts
        return self._turns([uuid.UUID(each.found_id) for each in answer.found])

    def _turns(self, facts: Sequence[uuid.UUID]) -> frozenset[str]:
        return frozenset[str]().union(*(self.cited[fact] for fact in facts))


async def _ask(every: Sequence[Sample], ways: _Ways) -> tuple[list[Asked], dict[str, list[float]]]:
    by_name = {"full_text": ways.words, "vectors": ways.vectors, "hybrid": ways.both}
    questions = [
        Put(sample.conversation.sample_id, sample.conversation.turns[-1].said_at, question)
        for sample in every
        for question in sample.questions
        if question.category != ADVERSARIAL
    ]
    asked = []
    seconds: dict[str, list[float]] = {name: [] for name in by_name}
    with bar("asking", len(questions)) as shown:
        for number, put in enumerate(questions, 1):
            evidence = put.question.evidence
            recall = {}
            for name, way in by_name.items():
                begun = time.perf_counter()
                turns = await way(put)
                seconds[name].append(time.perf_counter() - begun)
                recall[name] = sum(turn in turns for turn in evidence) / len(evidence)
            asked.append(Asked(put.question, recall))
            shown(number)
    return asked, seconds


async def _embed(database: Database, server: Server, embedder: Embedder) -> int:
    wanted = VectorOptions(collection=PREFIX, day_tokens=1_000_000_000)
    keeper = VectorKeeper(database, server, embedder, wanted, owner=uuid.uuid4())
    written = 0
    while (done := await keeper.next_slice(timedelta(0))) is not None:
        written += done.counts["written"]
        if not done.is_more:
            break
    return written


def _figures(asked: Sequence[Asked]) -> dict[str, float]:
    figures = {}
    for way in WAYS:
        figures[f"evidence_recall_at_{DEPTH}_{way}"] = _mean(asked, lambda one, way=way: one.recall[way])  # type: ignore[misc]
    for kind in (each for each in CATEGORIES.values() if each != ADVERSARIAL):
        of = [one for one in asked if one.question.category == kind]
        for way in WAYS:
            figures[f"{kind}_{way}"] = _mean(of, lambda one, way=way: one.recall[way])  # type: ignore[misc]
    return figures


def _mean(asked: Sequence[Asked], value: Callable[[Asked], float]) -> float:
    return round(sum(map(value, asked)) / max(1, len(asked)), 3)


def _imports() -> dict[str, float]:
    """Return what importing costs the processor beyond starting Python: the reader, and its driver alone."""
    nothing, driver, reader = (
        min(_cpu_seconds(code) for _ in range(IMPORTS))
        for code in ("pass", "import asyncpg", "import enrichment.reader")
    )
    return {
        "import_cpu_ms": round(1000 * (reader - nothing), 1),
        "import_over_asyncpg": round((reader - nothing) / (driver - nothing), 2),
    }


def _cpu_seconds(code: str) -> float:
    before = os.times()
    subprocess.run([sys.executable, "-c", code], check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


@asynccontextmanager
async def _embedder(url: str | None, model: str) -> AsyncIterator[Embedder]:
    if url is None:
        yield HashedPieces()
        return
    async with embedding_server(EmbeddingEndpoint(base_url=url, model=model, api_key=_key())) as server:
        yield server


def _key() -> str | None:
    from enrichment.configuration import load_settings  # noqa: PLC0415 - only where a server is asked

    key = load_settings().embedding.api_key
    return key.get_secret_value() if key else None


if __name__ == "__main__":
    main()
