"""Recall answers by time, category and words, says why, and quotes what it rests on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from enrichment.domain.dates import Granularity, Interval
from enrichment.domain.facts import Category
from enrichment.reader import EnrichmentReader, ReaderOptions, Wanted
from enrichment.reader.asking import Asked, understood
from enrichment.reader.recall import Answer, Quote
from tests.reader.examples import BOT, NOW, PATIENT, USER, Shelf

NOWHERE = "postgresql://nobody:secret@127.0.0.1:1/nothing"
QUOTE = """
insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, said_at, quote, certainty,
                      batch_id)
values ($1, $2, 'i', 'chat', 'm1', 'h', 'user', now(), 'I really like tea', 'sure', gen_random_uuid())
"""


@dataclass
class Memory:
    """A reader, asked as an agent would."""

    reader: EnrichmentReader

    async def texts(self, question: str, wanted: Wanted | None = None) -> list[str]:
        return [found.text for found in (await self.answer(question, wanted)).found]

    async def answer(self, question: str, wanted: Wanted | None = None) -> Answer:
        return await self.reader.recall(USER, BOT, question, wanted=wanted or Wanted(), deadline=PATIENT)


@pytest.fixture
def memory(reader: EnrichmentReader) -> Memory:
    return Memory(reader)


async def test_rare_words_count_most(memory: Memory, shelf: Shelf) -> None:
    await shelf.fact("Ada likes green tea")
    await shelf.fact("Ada likes cats")
    await shelf.fact("Ada likes dogs")

    assert (await memory.texts("Does Ada like tea?"))[0] == "Ada likes green tea"


async def test_endings_of_words_do_not_matter(memory: Memory, shelf: Shelf) -> None:
    await shelf.fact("Ada owns two telescopes")

    assert await memory.texts("Which telescope is it?") == ["Ada owns two telescopes"]


async def test_scripts_without_spaces_are_found(memory: Memory, shelf: Shelf) -> None:
    await shelf.fact("彼女は東京に住んでいます")
    await shelf.fact("彼女は猫が好きです")

    assert (await memory.texts("東京のどこですか"))[0] == "彼女は東京に住んでいます"


async def test_a_time_selects_what_happened_or_was_said_then(memory: Memory, shelf: Shelf) -> None:
    long_ago = NOW - timedelta(days=400)
    await shelf.fact("Ada went to Rome", occurred_from=long_ago, occurred_until=long_ago + timedelta(days=2))
    await shelf.fact("Ada moved", said_at=long_ago)
    await shelf.fact("Ada is here")
    during = Interval(long_ago - timedelta(days=1), long_ago + timedelta(days=1), Granularity.DAY)

    assert sorted(await memory.texts("", Wanted(during=during))) == ["Ada moved", "Ada went to Rome"]
    assert await memory.texts("today") == ["Ada is here"]


async def test_summaries_answer_too(memory: Memory, shelf: Shelf) -> None:
    await shelf.summary("They planned a voyage to Iceland.")

    (found,) = (await memory.answer("the Iceland voyage")).found

    assert (found.kind, found.text) == ("summary", "A talk: They planned a voyage to Iceland.")


@pytest.mark.parametrize("question", ["my job", "meine Arbeit", "mi trabajo", "mon travail", "work"])
async def test_a_category_is_asked_for_by_its_name(memory: Memory, shelf: Shelf, question: str) -> None:
    await shelf.fact("Ada is a nurse", category="work")
    await shelf.fact("Ada has a job for you", category="other")

    assert await memory.texts(question) == ["Ada is a nurse"]


async def test_an_answer_quotes_what_it_rests_on_and_says_why(memory: Memory, shelf: Shelf) -> None:
    fact_id = await shelf.fact("Ada likes tea")
    await shelf.stage.execute("set session_replication_role = replica")
    await shelf.stage.execute(QUOTE, USER, fact_id)

    (found,) = (await memory.answer("tea")).found

    assert found.found_id == str(fact_id)
    assert found.quotes == (Quote("m1", "I really like tea"),)
    assert found.why == {"words": 0.8, "importance": 0.15, "recency": 0.05}
    assert found.score == pytest.approx(sum(found.why.values()))


async def test_what_was_said_elsewhere_in_private_is_not_recalled(memory: Memory, shelf: Shelf) -> None:
    await shelf.fact("Ada likes tea", scope="private:ada")

    assert await memory.texts("tea") == []
    assert await memory.texts("tea", Wanted(scope="private:ada")) == ["Ada likes tea"]


async def test_signs_of_the_query_language_are_only_signs(memory: Memory, shelf: Shelf) -> None:
    await shelf.fact("Ada likes tea")

    assert await memory.texts("tea' & | !(:* \\ <-> 'x'") == ["Ada likes tea"]


async def test_without_a_database_nothing_is_recalled() -> None:
    async with EnrichmentReader(NOWHERE, ReaderOptions(listen=False)) as reader:
        answer = await reader.recall(USER, BOT, "tea")

    assert answer == Answer(asked=Asked(words=("tea",)), is_answered=False)


def test_the_words_for_a_time_are_not_looked_for() -> None:
    asked = understood("What did I eat last week?", datetime(2026, 5, 13, tzinfo=UTC), UTC, "en")

    assert asked.words == ("what", "did", "i", "eat")
    assert asked.during is not None


def test_a_category_can_be_asked_for_within_a_time() -> None:
    asked = understood("my job last week", datetime(2026, 5, 13, tzinfo=UTC), UTC, "en")

    assert asked.category is Category.WORK
    assert asked.during is not None


def test_a_language_without_a_table_is_read_as_others_are() -> None:
    assert understood("tea yesterday", NOW, UTC, "fqn").during == understood("tea yesterday", NOW, UTC, "en").during


@pytest.mark.parametrize("said", ["on October 13, 2023", "on 13 October, 2023"])
def test_a_year_behind_a_comma_belongs_to_the_day(said: str) -> None:
    asked = understood(f"What was painted {said}?", datetime(2026, 5, 13, tzinfo=UTC), UTC, None)

    assert asked.during is not None
    assert asked.during.start == datetime(2023, 10, 13, tzinfo=UTC)


async def test_a_question_can_be_asked_as_of_another_day(memory: Memory, shelf: Shelf) -> None:
    await shelf.fact("Ada moved", said_at=NOW - timedelta(days=400))

    assert await memory.texts("yesterday", Wanted(asked_at=NOW - timedelta(days=399))) == ["Ada moved"]
