"""Whole files into a real engine."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from qdrant_client.http import models
from structlog.testing import capture_logs

from enrichment.adapters.embedding.hashed import HashedWords
from enrichment.adapters.importer.importing import ImportReport, import_messages
from enrichment.adapters.importer.lines import BadFile
from enrichment.adapters.qdrant.inspection import inspect
from enrichment.adapters.qdrant.rules import Rules
from enrichment.errors import ConfigurationError
from enrichment.producer import revision
from tests.adapters.qdrant.worlds import NOW, QdrantWorld

HELLO = {"user_id": "u1", "content": "Hello!", "role": "user", "timestamp": "2026-03-08T11:00:00Z"}


@dataclass
class Importer:
    """A collection's name, not created yet, and a file to write."""

    world: QdrantWorld
    file: Path
    progress: list[tuple[int, int]] = field(default_factory=list)

    @property
    def collection(self) -> str:
        return self.world.name("chat")

    async def run(self, *written: dict[str, Any] | str, skip_bad: bool = False) -> ImportReport:
        texts = [each if isinstance(each, str) else json.dumps(each) for each in written]
        self.file.write_text("\n".join(texts), encoding="utf-8")
        return await import_messages(
            self.file,
            self.world.server,
            self.collection,
            HashedWords(),
            now=NOW,
            on_progress=lambda done, total: self.progress.append((done, total)),
            skip_bad=skip_bad,
        )

    async def stored(self) -> Sequence[models.Record]:
        records, _ = await self.world.client.scroll(self.collection, limit=1000, with_payload=True, with_vectors=True)
        return records

    async def there(self) -> bool:
        return await self.world.server.exists(self.collection)


@pytest.fixture
def importer(qdrant: QdrantWorld, tmp_path: Path) -> Importer:
    importer = Importer(qdrant, tmp_path / "chat.jsonl")
    qdrant.created.append(importer.collection)
    return importer


def said(number: int) -> dict[str, Any]:
    return {**HELLO, "content": f"message {number}", "message_id": number}


async def test_a_file_becomes_pending_messages_with_indexes_and_vectors(importer: Importer) -> None:
    report = await importer.run(said(1), {**said(2), "user_id": 7, "bot_name": "ada"})

    assert (report.lines, report.imported, report.users) == (2, 2, frozenset({"u1", "7"}))
    (state,) = (await inspect(importer.world.server, [importer.collection], Rules())).collections
    assert (state.pending, state.problems) == (2, ())
    for record in await importer.stored():
        payload = record.payload or {}
        assert payload["enrichment_rev"] == revision(record.id, payload["content"])
        assert isinstance(record.vector, list)
        assert len(record.vector) == 256


async def test_importing_twice_adds_nothing_and_leaves_what_is_done(importer: Importer) -> None:
    await importer.run(said(1), said(2))
    done = (await importer.stored())[0].id
    await importer.world.client.set_payload(importer.collection, {"enrichment_status": "completed"}, points=[done])

    report = await importer.run(said(2), said(3), said(1))

    assert (report.imported, report.existing) == (1, 2)
    states = {record.id: (record.payload or {})["enrichment_status"] for record in await importer.stored()}
    assert sorted(states.values()) == ["completed", "pending", "pending"]
    assert states[done] == "completed"


async def test_a_line_that_is_there_twice_is_one_message(importer: Importer) -> None:
    report = await importer.run(HELLO, said(1), HELLO)

    assert (report.lines, report.imported, report.repeated) == (3, 2, 1)


async def test_one_bad_line_stops_the_file_before_anything_is_written(importer: Importer) -> None:
    with pytest.raises(BadFile) as caught:
        await importer.run(said(1), "{", said(2), {**HELLO, "role": ...} | {"role": 1})

    assert [bad.number for bad in caught.value.bad] == [2, 4]
    assert str(caught.value).startswith("line 2: no JSON")
    assert not await importer.there()


async def test_bad_lines_can_be_left_out(importer: Importer) -> None:
    report = await importer.run(said(1), "{", said(2), skip_bad=True)

    assert (report.lines, report.imported, report.bad_lines) == (3, 2, 1)
    assert str(report.bad[0]).startswith("line 2: ")


async def test_only_the_first_bad_lines_are_told_and_all_are_counted(importer: Importer) -> None:
    with pytest.raises(BadFile, match="… and 30 more"):
        await importer.run(*["{"] * 50)


async def test_progress_is_told_up_to_the_end(importer: Importer) -> None:
    await importer.run(*map(said, range(600)))

    assert importer.progress == [(256, 600), (512, 600), (600, 600)]
    assert len(await importer.stored()) == 600


async def test_an_empty_file_imports_nothing(importer: Importer) -> None:
    assert (await importer.run()).lines == 0
    assert not await importer.there()


async def test_vectors_of_the_file_are_used_and_hashed_words_are_announced(importer: Importer) -> None:
    with capture_logs() as logs:
        await importer.run({**HELLO, "vector": {"content": [0, 1], "mood": [1, 0, 0]}})
        await importer.run({**said(1), "vector": {"content": [1, 0], "mood": [0, 1, 0]}})

    vectors = [record.vector for record in await importer.stored()]
    assert {"content": [0.0, 1.0], "mood": [1.0, 0.0, 0.0]} in vectors
    assert [log["source"] for log in logs if log["event"] == "vectors.chosen"] == ["the file", "the file"]


async def test_without_vectors_the_log_says_where_they_come_from(importer: Importer) -> None:
    with capture_logs() as logs:
        await importer.run(HELLO)

    assert [log["source"] for log in logs if log["event"] == "vectors.chosen"] == ["hashed words, 256 dimensions"]


async def test_a_collection_for_other_vectors_is_refused_with_what_to_do(importer: Importer) -> None:
    await importer.run({**HELLO, "vector": [0, 1]})

    with pytest.raises(ConfigurationError, match="takes vectors of 2, not of 256: put them into the file"):
        await importer.run(said(1))


async def test_an_unnamed_vector_goes_to_the_only_name_there_is(importer: Importer) -> None:
    await importer.run({**HELLO, "vector": {"content": [0, 1]}})

    await importer.run({**said(1), "vector": [1, 0]})

    assert {"content": [1.0, 0.0]} in [record.vector for record in await importer.stored()]


async def test_an_alias_leads_to_its_collection(importer: Importer) -> None:
    await importer.run(said(1))
    alias = importer.world.name("alias")
    await importer.world.alias(alias, importer.collection)

    report = await import_messages(importer.file, importer.world.server, alias, HashedWords(), now=NOW)

    assert (report.imported, report.existing) == (0, 1)
