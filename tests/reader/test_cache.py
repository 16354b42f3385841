"""The cache keeps few contexts for a short time, and none that is out of date."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from enrichment.reader.cache import ContextCache, Key, user_hash
from enrichment.reader.values import EMPTY, Context, Freshness, Section

ADA, BERT = Key("ada", "ava", ""), Key("bert", "ava", "")
FULL = Context(facts=Section(value=(), freshness=Freshness.FRESH))


@dataclass
class Shelf:
    cache: ContextCache

    def put(self, key: Key, context: Context = FULL, at: float = 0.0) -> None:
        loading = self.cache.begin(key)
        self.cache.keep(loading, context, at)
        self.cache.end(loading)


@pytest.fixture
def cache() -> ContextCache:
    return ContextCache(size=2, good_for=timedelta(seconds=60), keep_for=timedelta(seconds=900))


def test_a_context_is_good_for_a_while_and_kept_for_longer(cache: ContextCache) -> None:
    Shelf(cache).put(ADA)

    assert cache.good(ADA, 60) is FULL
    assert cache.good(ADA, 61) is None
    assert cache.last(ADA, 900) is FULL
    assert cache.last(ADA, 901) is None


def test_the_one_that_was_not_used_for_longest_makes_room(cache: ContextCache) -> None:
    shelf = Shelf(cache)
    shelf.put(ADA)
    shelf.put(BERT)
    cache.good(ADA, 1)

    shelf.put(Key("cleo", "ava", ""))

    assert len(cache) == 2
    assert cache.good(BERT, 1) is None
    assert cache.good(ADA, 1) is FULL


def test_news_of_a_user_drops_all_of_theirs_and_nobody_elses(cache: ContextCache) -> None:
    shelf = Shelf(cache)
    shelf.put(ADA)
    shelf.put(BERT)

    assert cache.forget(user_hash("ada"))

    assert cache.last(ADA, 0) is None
    assert cache.last(BERT, 0) is FULL
    assert not cache.forget(user_hash("ada"))


def test_what_was_loaded_before_the_news_came_is_not_kept(cache: ContextCache) -> None:
    loading = cache.begin(ADA)
    cache.forget(user_hash("ada"))

    cache.keep(loading, FULL, 0)
    cache.end(loading)

    assert cache.last(ADA, 0) is None


def test_after_silence_everything_is_forgotten(cache: ContextCache) -> None:
    shelf = Shelf(cache)
    shelf.put(ADA)
    under_way = cache.begin(BERT)

    cache.forget_all()
    cache.keep(under_way, FULL, 0)

    assert len(cache) == 0


def test_an_aged_context_is_stale_where_it_was_fresh() -> None:
    aged = FULL.aged()

    assert aged.facts.freshness is Freshness.STALE
    assert aged.summaries.freshness is Freshness.ABSENT
    assert EMPTY.aged() == EMPTY
