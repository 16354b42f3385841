"""What proactive engagement is worth: the hour, the patience, whether an approach was answered because it was made."""

import math
import random
from collections.abc import Iterator, Sequence
from statistics import NormalDist, fmean, median

from bench.engines.check import Check
from bench.engines.stream import BASE, PAIR, day, said
from enrichment.domain.messages import Message, Role
from enrichment.engines import hours, intervals
from enrichment.engines.frame import Asked, Seen
from enrichment.engines.intervals import EDGES, returns
from enrichment.engines.proactive_engagement import ENGINE, EngagementRow
from enrichment.engines.receptivity import DAYPARTS, by_daypart

_USERS = 600
_APPROACHED_USERS, _APPROACHED = 300, 0.5
_CLOCK_CHANGED = 60
_MAIN_SHARE, _CONCENTRATION = 0.65, 4.0


def hour_is_found() -> Iterator[Check]:
    """Users with two favourite times of day; beside it, the fullest hour of the histogram."""
    for sessions, bounds in ((50, (0.85, 0.95)), (10, (None, None))):
        ours: list[float] = []
        naive: list[float] = []
        for seed in range(_USERS):
            chance = random.Random(f"{sessions}-{seed}")
            truth = chance.uniform(0, 24)
            times = [_favourite(chance, truth) for _ in range(sessions)]
            density = hours.profile([sum(int(at * 2) == place for at in times) for place in range(hours.BINS)])
            by_hour = [sum(int(at) == hour for at in times) for hour in range(24)]
            ours.append(_apart(int(density.argmax()) / 2 + 0.25, truth))
            naive.append(_apart(by_hour.index(max(by_hour)) + 0.5, truth))
        for within, bound in zip((1, 2), bounds, strict=True):
            yield Check(
                check=f"favourite hour within {within} h, {sessions} sessions",
                value=fmean(error <= within for error in ours),
                low=bound,
                naive=fmean(error <= within for error in naive),
            )


def clock_change_is_followed() -> Iterator[Check]:
    """Users without a known zone whose clocks were put on by an hour 30 days ago, after 60 days of the old time."""
    found, naive = [], []
    for seed in range(40):
        chance = random.Random(f"clock-{seed}")
        truth = chance.uniform(0, 24)
        messages, by_hour = [], [0] * 24
        for i in range(90):
            hour = (chance.vonmisesvariate(truth * math.pi / 12, 8.0) * 12 / math.pi) % 24 + (i >= _CLOCK_CHANGED)
            messages.append(said(f"m{i}", day(i + hour / 24)))
            by_hour[int(hour) % 24] += 1
        best = _row(messages, 90).suggested_topics["timing"]["best_hours"][0]
        found.append(_apart(best + 0.25, truth + 1))
        naive.append(_apart(by_hour.index(max(by_hour)) + 0.5, truth + 1))
    yield Check(check="hours off, a month after clocks changed", value=fmean(found), high=1.0, naive=fmean(naive))


def patience_is_found() -> Iterator[Check]:
    """Users who stay away for hours or days, 50 absences known; beside it, one exponential."""
    quantiles, naive_quantiles, curves, naive_curves = [], [], [], []
    for seed in range(_USERS):
        chance = random.Random(f"gaps-{seed}")
        shape = _Absences(chance)
        gaps = [shape.draw(chance) for _ in range(50)]
        law, mean = returns(*_counted(gaps)), fmean(gaps)
        truth = shape.quantile(0.75)
        quantiles.append(abs(law.quantile(0.75) / truth - 1))
        naive_quantiles.append(abs(math.log(4) * mean / truth - 1))
        curves.append(max(abs(law.survival(t) - shape.survival(t)) for t in EDGES))
        naive_curves.append(max(abs(math.exp(-t / mean) - shape.survival(t)) for t in EDGES))
    yield Check(
        check="median error of the third quartile of absences",
        value=median(quantiles),
        high=0.15,
        naive=median(naive_quantiles),
    )
    yield Check(
        check="largest error of the absence curve, median", value=median(curves), high=0.09, naive=median(naive_curves)
    )


def uplift_is_not_the_success_rate() -> Iterator[Check]:
    """Users who return by themselves and, with a known chance, because they were written to; by the whole engine."""
    for truth in (0.0, 0.15, 0.30):
        found, naive = [], []
        for seed in range(_APPROACHED_USERS):
            row = _approached(random.Random(f"uplift-{truth}-{seed}"), truth)
            attempts = row.suggested_topics["attempts"]
            found.append(float(attempts["uplift"]))
            naive.append(attempts["replies"] / attempts["n"])
        yield Check(
            check=f"bias of the uplift, true {truth:g}",
            value=abs(fmean(found) - truth),
            high=0.03,
            naive=abs(fmean(naive) - truth),
        )


def receptive_daypart_is_found() -> Iterator[Check]:
    """Users whose openness follows their own hours more or less, after ten attempts; beside it, raw rates."""
    errors, raw_errors, earned, raw_earned = [], [], [], []
    for seed in range(_USERS):
        chance = random.Random(f"receptive-{seed}")
        organic, truth = _openness(chance)
        tried, answered = [0] * DAYPARTS, [0] * DAYPARTS
        for _ in range(10):
            part = chance.choices(range(DAYPARTS), weights=organic)[0]
            tried[part] += 1
            answered[part] += chance.random() < truth[part]
        ours = by_daypart(answered, tried, organic)
        raw = [y / n if n else 0.0 for y, n in zip(answered, tried, strict=True)]
        errors += [(a - b) ** 2 for a, b in zip(ours, truth, strict=True)]
        raw_errors += [(a - b) ** 2 for a, b in zip(raw, truth, strict=True)]
        earned.append(truth[ours.index(max(ours))] / max(truth))
        raw_earned.append(truth[raw.index(max(raw))] / max(truth))
    yield Check(
        check="RMSE of receptivity, 10 attempts",
        value=math.sqrt(fmean(errors)),
        high=0.16,
        naive=math.sqrt(fmean(raw_errors)),
    )
    yield Check(check="replies earned, of the best daypart's", value=fmean(earned), low=0.88, naive=fmean(raw_earned))


TRIALS = (
    hour_is_found,
    clock_change_is_followed,
    patience_is_found,
    uplift_is_not_the_success_rate,
    receptive_daypart_is_found,
)


def _favourite(chance: random.Random, main: float) -> float:
    """Draw an hour: most around the main time, the others around one eight hours later."""
    centre = main if chance.random() < _MAIN_SHARE else main + 8
    return (chance.vonmisesvariate(centre * math.pi / 12, _CONCENTRATION) * 12 / math.pi) % 24


def _apart(one: float, other: float) -> float:
    return abs((one - other + 12) % 24 - 12)


class _Absences:
    """Log-normal absences around most of a day: a median of 20 hours, and spreads, that differ between users."""

    def __init__(self, chance: random.Random) -> None:
        self.law = NormalDist(chance.gauss(math.log(20), 0.6), chance.uniform(0.8, 1.4))

    def draw(self, chance: random.Random) -> float:
        return max(math.exp(chance.gauss(self.law.mean, self.law.stdev)), intervals.SHORTEST)

    def survival(self, hours_away: float) -> float:
        return 1 - self.law.cdf(math.log(hours_away))

    def quantile(self, share: float) -> float:
        return math.exp(self.law.inv_cdf(share))


def _counted(gaps: Sequence[float]) -> tuple[list[float], list[float]]:
    events, exposure = [0.0] * intervals.BINS, [0.0] * intervals.BINS
    for gap in gaps:
        events[intervals.bin_of(gap)] += 1
        intervals.expose(exposure, 0.0, gap)
    return events, exposure


def _approached(chance: random.Random, effect: float) -> EngagementRow:
    """Let an agent write in half of the silences; some users would have come anyway."""
    at, messages = 0.0, [said("m0", day(0)), said("r0", day(0.001), role=Role.BOT)]
    for i in range(1, 161):
        gap = chance.lognormvariate(math.log(26), 0.9)
        approach = chance.uniform(6, 40)
        if gap > approach and chance.random() < _APPROACHED:
            messages.append(said(f"b{i}", day(at + approach / 24), role=Role.BOT))
            if chance.random() < effect:
                gap = min(gap, approach + chance.uniform(0.1, 3))
        at += max(gap, 1.0) / 24
        messages += [said(f"m{i}", day(at)), said(f"r{i}", day(at + 0.001), role=Role.BOT)]
    return _row(messages, at)


def _row(messages: Sequence[Message], days: float) -> EngagementRow:
    seen = Seen(user_id=BASE.user_id, bot_name=BASE.bot_name, messages=tuple(messages))
    row = ENGINE.report(ENGINE.absorb(ENGINE.empty(), seen), PAIR, Asked(now=day(days)))
    assert isinstance(row, EngagementRow)
    return row


def _openness(chance: random.Random) -> tuple[list[float], list[float]]:
    """Draw how often somebody writes by themselves, and how likely they reply, in each daypart."""
    logs = [chance.gauss(0, 1.0) for _ in range(DAYPARTS)]
    total = sum(math.exp(each) for each in logs)
    centre = fmean(logs)
    base = chance.gauss(math.log(0.4 / 0.6), 0.5)
    truth = [1 / (1 + math.exp(-base - 0.7 * (each - centre) - chance.gauss(0, 0.4))) for each in logs]
    return [math.exp(each) / total for each in logs], truth
