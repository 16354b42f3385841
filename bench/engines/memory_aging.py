"""What memory aging is worth: the need law, the short form of activation, and the trend of retrievals."""

import itertools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from statistics import fmean, median, quantiles

from bench.engines.check import Check
from bench.engines.locomo_replay import replayed
from bench.engines.stream import Stream, day, said
from enrichment.engines.activation import activation
from enrichment.engines.frame import Access, Asked, MemoryState
from enrichment.engines.frequency import DAYS, trend
from enrichment.engines.memory_aging import ENGINE, MemoryHealthRow
from enrichment.engines.waiting import Arrived

_OBSERVED_DAYS = 90.0
_EVENTS_PER_MEMORY = 1.1
_SESSION = 1 / 48
_BATCH = 50


def need_law_is_recovered() -> Iterator[Check]:
    """Memories whose next use comes at the rate a t^-d, watched for 90 days, some never used again."""
    for memories, bound in ((100, 0.06), (300, 0.03)):
        ours, naive = [], []
        for seed in range(_REPEATS):
            chance = random.Random(f"{memories}-{seed}")
            decay = (0.3, 0.5, 0.7)[seed % 3]
            uses = [_uses(chance, decay) for _ in range(memories)]
            ours.append(abs(_fitted(uses) - decay))
            naive.append(abs(_from_closed_gaps(uses) - decay))
        yield Check(
            check=f"median error of d, {memories} memories", value=median(ours), high=bound, naive=median(naive)
        )


def activation_needs_four_numbers() -> Iterator[Check]:
    """Base levels of memories with 3 to 40 uses, from four numbers and from all uses."""
    chance = random.Random(7)
    ours, standard = [], []
    for _ in range(4000):
        uses = _history(chance)
        ages = [uses[-1] - at for at in uses]
        now = uses.pop()
        exact = math.log(sum((now - at) ** -0.5 for at in uses))
        ours.append(abs(activation(_memory(uses), now * 86_400) - exact))
        standard.append(abs(math.log(len(uses) / 0.5) - 0.5 * math.log(ages[0]) - exact))
    yield Check(check="mean error of activation, nats", value=fmean(ours), high=0.12, naive=fmean(standard))
    yield Check(
        check="95th percentile of that error",
        value=quantiles(ours, n=20)[-1],
        high=0.45,
        naive=quantiles(standard, n=20)[-1],
    )


def trend_is_not_fooled() -> Iterator[Check]:
    """Daily counts without a trend, independent or in bursts, and with a doubling in the last week."""
    for name, draw in (("independent", _poisson), ("bursty", _bursty)):
        rates = {rate: _alarms(draw, rate, rate) for rate in (0.5, 1.0, 3.0, 10.0)}
        yield Check(
            check=f"false trends, {name} counts, worst of .5 to 10 a day",
            value=max(ours for ours, _ in rates.values()),
            high=0.10,
            naive=max(naive for _, naive in rates.values()),
        )
    found, naive = _alarms(_poisson, 3.0, 6.0)
    yield Check(check="a doubling found, 3 a day", value=found, low=0.80, naive=naive)
    found, naive = _alarms(_bursty, 3.0, 6.0)
    yield Check(check="a doubling found, 3 a day in bursts (limit)", value=found, naive=naive)


REPLAYS = (replayed,)
TRIALS = (need_law_is_recovered, activation_needs_four_numbers, trend_is_not_fooled)
_REPEATS = 45


def _uses(chance: random.Random, decay: float) -> list[float]:
    """Return creation and uses in days; the hazard is inverted from half an hour on."""
    power = 1 - decay
    rate = _EVENTS_PER_MEMORY * power / _OBSERVED_DAYS**power / 1.5
    uses = [chance.random()]
    while True:
        gap = (chance.expovariate(1.0) * power / rate + _SESSION**power) ** (1 / power)
        if uses[-1] + gap > _OBSERVED_DAYS:
            return uses
        uses.append(uses[-1] + gap)


def _fitted(memories: Sequence[Sequence[float]]) -> float:
    stream = Stream([ENGINE])
    messages = [said(f"m{i}", day(uses[0])) for i, uses in enumerate(memories)]
    stream.feed(Arrived(messages=tuple(messages)))
    accesses = [Access(memory_id=f"m{i}", at=day(at)) for i, uses in enumerate(memories) for at in uses[1:]]
    accesses.sort(key=lambda access: access.at)
    for start in range(0, len(accesses), _BATCH):
        stream.feed(Arrived(accesses=tuple(accesses[start : start + _BATCH])))
    stream.feed(Arrived(messages=(said("end", day(_OBSERVED_DAYS)),)))
    row = stream.rows(Asked(now=day(_OBSERVED_DAYS)))[ENGINE.name]
    assert isinstance(row, MemoryHealthRow)
    return float(row.memory_snapshot["need_law"]["d"])


def _from_closed_gaps(memories: Sequence[Sequence[float]]) -> float:
    """Fit a straight line to the log histogram of the gaps that were closed: what forgets those who still wait."""
    gaps = [later - earlier for uses in memories for earlier, later in itertools.pairwise(uses)]
    edges = [_SESSION * 2**k for k in range(13)]
    points = []
    for low, high in itertools.pairwise(edges):
        count = sum(low <= gap < high for gap in gaps)
        if count:
            points.append((math.log(math.sqrt(low * high)), math.log(count / (high - low))))
    x, y = fmean(p[0] for p in points), fmean(p[1] for p in points)
    return -sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def _history(chance: random.Random) -> list[float]:
    """Return use times in days and, last, the time of asking: gaps over five orders of magnitude."""
    times = [0.0]
    for _ in range(chance.randint(3, 40)):
        times.append(times[-1] + math.exp(chance.uniform(math.log(_SESSION), math.log(60.0))))
    return times


def _memory(uses: Sequence[float]) -> MemoryState:
    first, last = uses[0] * 86_400, uses[-1] * 86_400
    return MemoryState(
        memory_id="m",
        first_at=first,
        last_at=last,
        previous_at=uses[-2] * 86_400,
        uses=len(uses),
        stability_days=1.0,
        difficulty=5.0,
        lapses=0,
        importance=0.3,
        due_at=last,
        risk_at=last,
    )


def _alarms(draw: Callable[[random.Random, float], int], before: float, last_week: float) -> tuple[float, float]:
    """Return the shares of 28 days in which our rule and "20 % more or less than the week before" see a trend."""
    chance = random.Random(f"{before}-{last_week}")
    ours = naive = 0
    for _ in range(2000):
        daily = [draw(chance, last_week if i >= DAYS - 7 else before) for i in range(DAYS)]
        recent, previous = sum(daily[-7:]), sum(daily[-14:-7])
        ours += trend(daily).label != "stable"
        naive += abs(recent - previous) > 0.2 * previous
    return ours / 2000, naive / 2000


def _poisson(chance: random.Random, mean: float) -> int:
    count, passed = 0, chance.expovariate(1.0)
    while passed < mean:
        count, passed = count + 1, passed + chance.expovariate(1.0)
    return count


def _bursty(chance: random.Random, mean: float) -> int:
    """Draw from a negative binomial with k = 1."""
    return _poisson(chance, mean * chance.expovariate(1.0))
