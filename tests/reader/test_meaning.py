"""What means the same is recalled too; Postgres alone decides what may be told, and words do when they have to."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from enrichment.adapters.embedding.hashed import HashedPieces
from enrichment.adapters.meaning.keeper import VectorKeeper, VectorOptions
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.qdrant.server import connected
from enrichment.meaning import MeaningOptions, QdrantMeaning, open_meaning
from enrichment.reader import EnrichmentReader, Near, ReaderEvent, ReaderOptions, Wanted
from enrichment.reader.recall import Answer, Quote
from tests.adapters.meaning.stage import Stage, Words
from tests.reader.examples import BOT, NOW, PATIENT, USER

UNCACHED = ReaderOptions(good_for=timedelta(0), listen=False)
QUOTE = """
insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, said_at, quote, certainty,
                      batch_id)
values ($1, $2, 'i', 'chat', 'm1', 'h', 'user', now(), 'my new car', 'sure', gen_random_uuid())
"""

MONTH = """
insert into period_digests (user_id, bot_name, scope, period, starts_on, title, summary_text, topics, decisions,
                            questions, message_count, parts, session_ids, fact_ids)
values ($1, $2, '', 'month', '2026-01-01', 'Cars', 'They compared cars, one car after the other car', '[]', '[]', '[]',
        1, '[]', '{}', '{}')
"""

# What may become of a fact while its point is still there.
ENDS = [
    "update facts set state = 'superseded'",
    "update facts set state = 'retracted'",
    "update facts set state = 'flagged'",
    "update facts set expires_at = now() - interval '1 hour'",
    "delete from facts",
    "update facts set scope = 'private:ada'",
    "update facts set bot_name = 'another'",
]


class Synonyms(Words):
    """Knows that an automobile is a car."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return await super().embed([text.casefold().replace("automobile", "car") for text in texts])


@dataclass
class Memory:
    """A memory that was given vectors, and a reader that was given them too."""

    stage: Stage
    reader: EnrichmentReader

    async def learn(self, statement: str, **columns: object) -> uuid.UUID:
        fact = await self.stage.shelf.fact(statement, **columns)
        await self.stage.keep()
        return fact

    async def answer(self, question: str, wanted: Wanted | None = None) -> Answer:
        return await self.reader.recall(USER, BOT, question, wanted=wanted or Wanted(), deadline=PATIENT)

    async def texts(self, question: str, wanted: Wanted | None = None) -> list[str]:
        return [found.text for found in (await self.answer(question, wanted)).found]

    async def claim(self, **payload: object) -> None:
        """Change what all points say of themselves."""
        client = self.stage.server.client
        found, _ = await client.scroll(self.stage.collection, limit=100)
        points = [point.id for point in found]
        await client.set_payload(self.stage.collection, payload, points=points, wait=True)


@pytest.fixture
async def memory(embedded_url: str, database: Database, database_dsn: str) -> AsyncIterator[Memory]:
    async with connected(embedded_url) as server:
        stage = Stage(database, server, Synonyms())
        await stage.known(USER, "bert")
        await stage.keep()
        meaning = QdrantMeaning(server, stage.words, collection=stage.collection)
        async with EnrichmentReader(database_dsn, UNCACHED, meaning=meaning) as reader:
            yield Memory(stage, reader)
        await server.client.delete_collection(stage.collection)


@dataclass
class Scripted:
    """Knows what it is told to know, fails, or never answers."""

    near: tuple[Near, ...] = ()
    error: Exception | None = None
    hangs: bool = False
    asked: list[tuple[str, str, tuple[str, ...], str]] = field(default_factory=list)

    async def nearest(
        self, user_id: str, bot_name: str, scopes: Sequence[str], question: str, most: int
    ) -> Sequence[Near]:
        self.asked.append((user_id, bot_name, tuple(scopes), question))
        if self.hangs:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error
        return self.near[:most]


async def test_what_means_the_same_is_found_without_a_word_in_common(memory: Memory) -> None:
    fact = await memory.learn("Ada bought a car")
    await memory.stage.execute(QUOTE, USER, fact)
    await memory.learn("Bert's dog sleeps all day")

    (found,) = (await memory.answer("Which automobile?")).found

    assert (found.found_id, found.text, found.quotes) == (str(fact), "Ada bought a car", (Quote("m1", "my new car"),))
    assert found.why == {"words": 0.0, "meaning": 0.47, "importance": 0.04, "recency": 0.02}
    assert found.score == pytest.approx(sum(found.why.values()))


async def test_what_both_words_and_meaning_find_comes_first(memory: Memory) -> None:
    await memory.learn("Ada sold the boat and the car")
    await memory.learn("Ada keeps an automobile")
    await memory.learn("Ada keeps bees")

    found = await memory.texts("Does Ada keep an automobile?")

    assert found[0] == "Ada keeps an automobile"
    assert set(found) == {"Ada keeps an automobile", "Ada keeps bees", "Ada sold the boat and the car"}


async def test_summaries_and_months_are_found_by_meaning(memory: Memory) -> None:
    await memory.stage.shelf.summary("They compared cars, one car after the other car")
    await memory.stage.keep()

    (found,) = (await memory.answer("automobile")).found

    assert found.kind == "summary"


async def test_a_month_that_rests_on_what_has_ended_is_not_recalled(memory: Memory) -> None:
    await memory.stage.shelf.heard_in("")
    await memory.stage.execute(MONTH, USER, BOT)
    await memory.stage.keep()
    before = (await memory.answer("automobile")).found

    await memory.stage.execute("update period_digests set stale_since = now()")

    assert [found.kind for found in before] == ["digest"]
    assert await memory.texts("automobile") == []


async def test_what_may_not_be_told_any_more_is_not_told_although_its_point_is_there(memory: Memory) -> None:
    facts = [await memory.stage.shelf.fact(f"Ada bought {number} cars, each a car") for number in range(len(ENDS))]
    await memory.learn("Ada borrowed a car")

    for fact, ended in zip(facts, ENDS, strict=True):
        await memory.stage.execute(f"{ended} where fact_id = $1", fact)

    assert len(await memory.stage.kept()) == len(ENDS) + 1
    assert await memory.texts("Which automobile?") == ["Ada borrowed a car"]


async def test_a_payload_that_lies_opens_nothing(memory: Memory) -> None:
    await memory.learn("Ada bought a car", scope="private:ada")
    await memory.learn("Ada borrowed a car", bot_name="another")
    await memory.claim(scope="", bot=BOT)

    assert await memory.texts("Which automobile?") == []


async def test_another_users_row_is_not_told(memory: Memory, database_dsn: str) -> None:
    fact = await memory.learn("Bert bought a car", user_id="bert")

    async with EnrichmentReader(database_dsn, UNCACHED, meaning=Scripted((Near("fact", fact, 0.9),))) as reader:
        answer = await reader.recall(USER, BOT, "Which automobile?", deadline=PATIENT)

    assert answer.found == ()


async def test_a_channel_recalls_what_was_said_in_it_and_anywhere(memory: Memory) -> None:
    await memory.learn("Ada bought a car", scope="guild:1")
    await memory.learn("Ada borrowed a car")

    assert set(await memory.texts("Which automobile?", Wanted(scope="guild:1"))) == {
        "Ada bought a car",
        "Ada borrowed a car",
    }
    assert await memory.texts("Which automobile?", Wanted(scope="guild:2")) == ["Ada borrowed a car"]


async def test_a_time_limits_what_is_found_by_meaning(memory: Memory) -> None:
    await memory.learn("Ada bought a car", said_at=NOW - timedelta(days=400))
    await memory.learn("Ada borrowed a car")

    assert await memory.texts("Which automobile today?") == ["Ada borrowed a car"]


async def test_vectors_of_another_model_are_not_compared(memory: Memory, database_dsn: str) -> None:
    await memory.learn("Ada bought a car")
    meaning = QdrantMeaning(memory.stage.server, Words("another"), collection=memory.stage.collection)

    async with EnrichmentReader(database_dsn, UNCACHED, meaning=meaning) as reader:
        (found,) = (await reader.recall(USER, BOT, "car", deadline=PATIENT)).found

    assert "meaning" not in found.why
    assert reader.counts[ReaderEvent.WORDS_ALONE] == 0


async def test_a_host_needs_two_addresses(memory: Memory, database_dsn: str, embedded_url: str) -> None:
    await memory.stage.shelf.fact("Ada photographs birds")
    wanted = VectorOptions(collection=memory.stage.collection, day_tokens=1000)
    worker = VectorKeeper(memory.stage.database, memory.stage.server, HashedPieces(), wanted, owner=uuid.uuid4())
    await worker.next_slice(timedelta(0))
    options = MeaningOptions(qdrant_url=embedded_url, collection=memory.stage.collection, timeout_seconds=20)

    async with open_meaning(options) as meaning, EnrichmentReader(database_dsn, UNCACHED, meaning=meaning) as reader:
        (found,) = (await reader.recall(USER, BOT, "ornithophotographer", deadline=PATIENT)).found

    assert (found.text, found.why["words"]) == ("Ada photographs birds", 0.0)


@pytest.mark.parametrize("meaning", [Scripted(error=RuntimeError("broken")), Scripted(hangs=True)])
async def test_without_meaning_the_answer_is_exactly_that_of_words(
    memory: Memory, database_dsn: str, meaning: Scripted
) -> None:
    for statement in ("Ada bought a car", "Ada keeps bees", "Ada bought honey"):
        await memory.learn(statement)
    async with EnrichmentReader(database_dsn, UNCACHED) as plain:
        expected = await plain.recall(USER, BOT, "What did Ada buy, a car?", deadline=PATIENT)

    async with EnrichmentReader(database_dsn, UNCACHED, meaning=meaning) as reader:
        await reader.recall(USER, BOT, "connect", deadline=timedelta(seconds=3))
        answer = await reader.recall(USER, BOT, "What did Ada buy, a car?", deadline=timedelta(seconds=3))

    assert (answer, reader.counts) == (expected, {ReaderEvent.WORDS_ALONE: 2})


async def test_what_fails_again_and_again_is_left_alone_for_a_while(database_dsn: str) -> None:
    broken = Scripted(error=OSError())

    async with EnrichmentReader(database_dsn, UNCACHED, meaning=broken) as reader:
        for _ in range(6):
            await reader.recall(USER, BOT, "tea", deadline=PATIENT)

    assert len(broken.asked) == 4
    assert reader.counts[ReaderEvent.WORDS_ALONE] == 6


async def test_a_time_or_a_category_alone_asks_for_no_meaning(database_dsn: str) -> None:
    meaning = Scripted()

    async with EnrichmentReader(database_dsn, UNCACHED, meaning=meaning) as reader:
        for question in ("last week", "my job", "tea"):
            await reader.recall(USER, BOT, question, wanted=Wanted(scope="guild:1"), deadline=PATIENT)

    assert meaning.asked == [(USER, BOT, ("", "guild:1"), "tea")]


async def test_a_namespace_is_part_of_the_user_that_is_asked_for(database_dsn: str) -> None:
    meaning = Scripted()
    options = ReaderOptions(namespace="shop", good_for=timedelta(0), listen=False)

    async with EnrichmentReader(database_dsn, options, meaning=meaning) as reader:
        await reader.recall(7, BOT, "tea", deadline=PATIENT)

    assert meaning.asked[0][0] == "shop:7"
