"""How often sources are asked, and that none of them holds anybody up."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from enrichment.adapters.outside.kept import KeptSources, Rhythm
from enrichment.engines.frame import Pair, Quality
from enrichment.engines.outside import METRICS, Measured
from enrichment.errors import ConfigurationError, DependencyUnavailable

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANNA, BEN = Pair("anna", "luna"), Pair("ben", "luna")
NOTHING_READ: Mapping[str, datetime] = {}
SOON = Rhythm(interval=5 * MINUTE, deadline=timedelta(milliseconds=20), look_back=timedelta(hours=1))


@dataclass
class Hands:
    """A clock that is turned by hand."""

    passed: timedelta = timedelta(0)

    def now(self) -> datetime:
        return NOON + self.passed

    def monotonic(self) -> float:
        return self.passed.total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.passed += timedelta(seconds=seconds)


@dataclass
class Gauge:
    """Measurements by minute before or after noon, for two users; answers with an error or never, if told to."""

    minutes: Sequence[float] = ()
    error: Exception | None = None
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    answering: asyncio.Event = field(default_factory=asyncio.Event)

    async def measured(self, bot_name: str, since: datetime, until: datetime, limit: int) -> Sequence[Measured]:
        self.asked.append((since, until))
        self.begun.set()
        await self.answering.wait()
        if self.error is not None:
            raise self.error
        times = [NOON + minute * MINUTE for minute in self.minutes]
        inside = [at for at in times if since <= at < until][:limit]
        return [Measured(user, Quality(metric=bot_name, at=at, value=0.5)) for at in inside for user in ("anna", "ben")]


@pytest.fixture
def gauge() -> Gauge:
    made = Gauge(minutes=(-90, -30, -5, 1, 4))
    made.answering.set()
    return made


def times(qualities: Sequence[Quality]) -> list[float]:
    return [(quality.at - NOON) / MINUTE for quality in qualities]


async def test_a_bot_is_asked_about_once_in_an_interval_for_all_its_users(gauge: Gauge) -> None:
    sources = KeptSources(Hands(), metrics=gauge, rhythm=SOON)

    anna, ben = await sources.come(ANNA, NOTHING_READ), await sources.come(BEN, NOTHING_READ)

    assert (times(anna.qualities), times(ben.qualities)) == ([-30, -5], [-30, -5])
    assert len(gauge.asked) == 1


async def test_what_was_read_is_not_read_again(gauge: Gauge) -> None:
    hands = Hands()
    sources = KeptSources(hands, metrics=gauge, rhythm=SOON)
    first = await sources.come(ANNA, NOTHING_READ)
    hands.passed = 5 * MINUTE

    second = await sources.come(ANNA, first.read_until)
    third = await sources.come(ANNA, second.read_until)

    assert (times(second.qualities), times(third.qualities)) == ([1, 4], [])
    assert gauge.asked[1][0] == gauge.asked[0][1]


async def test_another_process_goes_on_where_the_first_ended(gauge: Gauge) -> None:
    first = await KeptSources(Hands(), metrics=gauge, rhythm=SOON).come(ANNA, NOTHING_READ)

    second = await KeptSources(Hands(6 * MINUTE), metrics=gauge, rhythm=SOON).come(ANNA, first.read_until)

    assert times(second.qualities) == [1, 4]


@pytest.mark.parametrize("error", [DependencyUnavailable("influxdb", "HTTP 503"), ConfigurationError("refused")])
async def test_a_failing_source_gives_nothing_is_named_and_loses_nothing(gauge: Gauge, error: Exception) -> None:
    hands, gauge.error = Hands(), error
    sources = KeptSources(hands, metrics=gauge, rhythm=SOON)

    failed = await sources.come(ANNA, NOTHING_READ)
    gauge.error, hands.passed = None, 5 * MINUTE
    mended = await sources.come(ANNA, failed.read_until)

    assert (failed.qualities, failed.failed) == ((), (METRICS,))
    assert (times(mended.qualities), mended.failed) == ([-30, -5, 1, 4], ())


async def test_a_source_that_never_answers_costs_one_deadline_an_interval(gauge: Gauge) -> None:
    gauge.answering.clear()
    sources = KeptSources(Hands(), metrics=gauge, rhythm=SOON)

    found = [await sources.come(ANNA, NOTHING_READ) for _ in range(5)]

    assert [each.failed for each in found] == [(METRICS,), (), (), (), ()]
    assert len(gauge.asked) == 1


async def test_nobody_waits_for_the_request_of_another(gauge: Gauge) -> None:
    gauge.answering.clear()
    sources = KeptSources(Hands(), metrics=gauge, rhythm=Rhythm(deadline=MINUTE))
    asking = asyncio.create_task(sources.come(ANNA, NOTHING_READ))
    await asyncio.wait_for(gauge.begun.wait(), 5)

    meanwhile = await sources.come(BEN, NOTHING_READ)
    gauge.answering.set()

    assert (meanwhile.qualities, len((await asking).qualities)) == ((), 3)


async def test_more_than_fits_comes_in_parts_and_none_is_missing() -> None:
    gauge, hands = Gauge(minutes=[-each / 2 for each in range(2, 100)]), Hands()
    gauge.minutes = sorted(gauge.minutes)
    gauge.answering.set()
    sources = KeptSources(hands, metrics=gauge, rhythm=Rhythm(limit=20, look_back=timedelta(hours=2)))
    found, until = list[float](), NOTHING_READ

    for _ in range(12):
        come = await sources.come(ANNA, until)
        found, until = [*found, *times(come.qualities)], come.read_until
        hands.passed += 5 * MINUTE

    assert found == list(gauge.minutes)
