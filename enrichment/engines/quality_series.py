"""A bot's quality over time, from what its users' pairs add up to: mean, trend, and what is out of the ordinary.

Within a bucket of eight hours a pair weighs n / (n + 2): a heavy user counts as one user, not as a thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any

from enrichment.engines.cusum import SPIKE, Baseline, baseline, first_shift, moving_average_alarms
from enrichment.engines.trend import Trend, trend

PER_DAY = 3
TREND_DAYS = 28
FEWEST_DAYS = 14
FEWEST = 5
SIGNIFICANT, LARGE = 0.05, 0.5
_PRIOR_N = 20.0
_SHOWN_DAYS, _SCANNED_DAYS = 7, 14
_FEWEST_IN_BUCKET = 2
_HOURS_PRIOR_N = 20.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """Eight hours: how many values, and the sum and weighted sum of the weights of the pairs they come from."""

    n: float
    weight: float
    total: float

    @property
    def mean(self) -> float:
        """The mean of the pairs' means."""
        return self.total / self.weight


Series = Mapping[int, Bucket]


def window(series: Series, last: int, buckets: int) -> list[tuple[int, Bucket]]:
    """Return the buckets from ``last`` backwards, in order."""
    return [(at, series[at]) for at in sorted(series) if last - buckets < at <= last]


def average(series: Series, last: int, buckets: int) -> tuple[float | None, float]:
    """Return the mean of a window, shrunk by twenty values to the mean of sixty days, and n; no mean below five."""
    shown = [bucket for _, bucket in window(series, last, buckets)]
    n = sum(bucket.n for bucket in shown)
    if n < FEWEST:
        return None, n
    mean = sum(bucket.total for bucket in shown) / sum(bucket.weight for bucket in shown)
    usual = sum(bucket.total for bucket in series.values()) / sum(bucket.weight for bucket in series.values())
    return (n * mean + _PRIOR_N * usual) / (n + _PRIOR_N), n


def overall_trend(metrics: Sequence[Series], last: int) -> tuple[str | None, Trend | None]:
    """Return the trend of 28 daily values, each the mean of the metrics' z-scores; no word below fourteen days.

    Daily rather than weekly values, because seven points show even a large drift in a quarter of the cases only.
    """
    by_day: dict[int, list[float]] = {}
    for series in metrics:
        for day, z in _daily(series, last).items():
            by_day.setdefault(day, []).append(z)
    days = sorted(by_day)
    if len(days) < FEWEST_DAYS:
        return None, None
    values = [fmean(by_day[day]) for day in days]
    found = trend([float(day) for day in days], values)
    return (named(found, days[-1] - days[0], pstdev(values)) if found else None), found


def named(found: Trend, days: float, sd: float) -> str:
    """Return the word for a trend: one that is significant and moved by half a standard deviation."""
    is_real = found.p < SIGNIFICANT and abs(found.slope * days) >= LARGE * sd
    return ("improving" if found.slope > 0 else "declining") if is_real else "stable"


def _daily(series: Series, last: int) -> dict[int, float]:
    sums: dict[int, tuple[float, float]] = {}
    for at, bucket in window(series, last, TREND_DAYS * PER_DAY):
        weight, total = sums.get(at // PER_DAY, (0.0, 0.0))
        sums[at // PER_DAY] = (weight + bucket.weight, total + bucket.total)
    means = {day: total / weight for day, (weight, total) in sums.items()}
    spread = pstdev(means.values()) if len(means) > 1 else 0.0
    middle = fmean(means.values()) if means else 0.0
    return {day: (mean - middle) / spread for day, mean in means.items()} if spread > 0 else {}


def anomalies(series: Series, last: int) -> list[dict[str, Any]]:
    """Return the last shift and the spikes of the last seven days, against the level before the last fourteen."""
    levelled = _without_hours(series)
    recent = [(at, levelled[at]) for at in sorted(levelled) if last - _SCANNED_DAYS * PER_DAY < at <= last]
    before = [levelled[at] for at in sorted(levelled) if at <= last - _SCANNED_DAYS * PER_DAY][-100:]
    usual = baseline(before)
    if usual is None or not recent:
        return []
    start = last - _SHOWN_DAYS * PER_DAY
    shift = _last_shift(recent, usual, start)
    spikes = [
        _described("spike", at, value, usual, cusum=0.0)
        for at, value in recent
        if at > start and abs(usual.score(value)) > SPIKE and (shift is None or at < shift["bucket"])
    ]
    return [*([shift] if shift else []), *spikes]


def _last_shift(recent: Sequence[tuple[int, float]], usual: Baseline, start: int) -> dict[str, Any] | None:
    """Return the last alarm after ``start``; after each alarm the sums begin again, the level staying what it was."""
    found, first = None, 0
    while first < len(recent):
        scores = [usual.scaled(value) for _, value in recent[first:]]
        shift = first_shift(scores)
        if shift is None:
            break
        if recent[first + shift.at][0] > start:
            since = first + shift.since
            level = fmean(value for _, value in recent[since:])
            found = _described("shift", recent[since][0], level, usual, cusum=shift.cusum)
            found["ewma_agrees"] = str(moving_average_alarms(scores[shift.since :])).lower()
            break
        first += shift.at + 1
    return found


def _described(kind: str, at: int, value: float, usual: Baseline, cusum: float) -> dict[str, Any]:
    return {
        "kind": kind,
        "direction": "up" if value > usual.centre else "down",
        "bucket": at,
        "value": value,
        "baseline": usual.centre,
        "z": usual.score(value),
        "cusum": cusum,
        "n": usual.n,
    }


def _without_hours(series: Series) -> dict[int, float]:
    """Take out what is usual at that time of the day, once there are fourteen days to know it from."""
    values = {at: bucket.mean for at, bucket in series.items() if bucket.n >= _FEWEST_IN_BUCKET}
    if len({at // PER_DAY for at in values}) < FEWEST_DAYS:
        return values
    middle = fmean(values.values())
    usual = {}
    for part in range(PER_DAY):
        of_part = [value for at, value in values.items() if at % PER_DAY == part]
        usual[part] = sum(value - middle for value in of_part) / (len(of_part) + _HOURS_PRIOR_N)
    return {at: value - usual[at % PER_DAY] for at, value in values.items()}
