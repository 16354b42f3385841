"""Engine 2 drawn: the daily quality of a bot with all its users over four weeks, and what was out of the ordinary."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from enrichment.engines.character_performance import DERIVED, METRICS, summed
from enrichment.engines.performance_state import BUCKET_SECONDS
from enrichment.engines.quality_series import FEWEST, PER_DAY, TREND_DAYS, Bucket
from enrichment.web.admin.drawing import axes
from enrichment.web.admin.drawing.charts import Drawing, Kept, Mark, Plot, Point, Series, Table, Values
from enrichment.web.admin.drawing.standing import absent, standing
from enrichment.web.admin.drawing.words import UNKNOWN, missing, number, percent, score

NAME, TITLE = "quality", "Quality of the bot"
_ODD = 6
_FEWEST_DAYS = 7

Daily = Mapping[int, tuple[float, float]]


def quality(row: Kept | None, sums: Mapping[str, float], now: datetime) -> Drawing:
    """Draw each metric's daily mean of all users' pairs; ``sums`` are the bot's values as engine 2 adds them up."""
    if row is None:
        return absent(NAME, TITLE, "No conversation of this bot has been looked at yet.")
    found = row.values["recent_anomalies"]
    resting = standing(row, found, "values this week", now)
    last = int(row.computed_at.timestamp() // BUCKET_SECONDS) // PER_DAY
    series = summed(sums).series
    daily = {metric: _daily(series, metric, found["metrics"][metric]["source"], last) for metric in METRICS}
    if not any(daily.values()):
        return absent(
            NAME, TITLE, missing("values", sum(each["n"] for each in found["metrics"].values()), FEWEST), resting
        )
    first = min(last - _FEWEST_DAYS + 1, *(day for of in daily.values() for day in of))
    lines = [_line(metric, hue, of, first, last) for hue, (metric, of) in enumerate(daily.items(), 1) if of]
    odd = _odd(found["anomalies"], first)
    return Drawing(
        name=NAME,
        title=TITLE,
        sentence=_sentence(row.values, found),
        standing=resting,
        figures=(
            Plot(
                title="Daily quality",
                x=axes.dates("day", _date(first), _date(last)),
                y=axes.numbers("score, 0 to 1", 0.0, 1.0),
                series=(*lines, *odd),
            ),
        ),
        facts=_facts(row.values, found),
        table=_table(daily, found["anomalies"]),
    )


def _daily(series: Mapping[str, Mapping[int, Bucket]], metric: str, source: str | None, last: int) -> Daily:
    """Return by day the mean of a metric and its number of values, of the source that the row has chosen."""
    sums: dict[int, tuple[float, float, float]] = {}
    for at, bucket in series.get(metric if source == "measured" else DERIVED + metric, {}).items():
        day = at // PER_DAY
        if last - TREND_DAYS < day <= last:
            weight, total, n = sums.get(day, (0.0, 0.0, 0.0))
            sums[day] = (weight + bucket.weight, total + bucket.total, n + bucket.n)
    return {day: (total / weight, n) for day, (weight, total, n) in sorted(sums.items())}


def _line(metric: str, hue: int, daily: Daily, first: int, last: int) -> Series:
    days = range(first, last + 1)
    points: list[Point] = [(float(day - first), daily[day][0] if day in daily else None) for day in days]
    hints = [
        f"{_date(day)}: {metric} {score(daily[day][0])}, n {number(daily[day][1], 0)}" if day in daily else ""
        for day in days
    ]
    return Series(name=metric, mark=Mark.LINE, hue=hue, points=tuple(points), hints=tuple(hints))


def _odd(anomalies: list[Values], first: int) -> list[Series]:
    """Return the oddities that lie on the plot; a drift of style has bits, and stands in the table alone."""
    shown = [each for each in anomalies if each["metric"] in METRICS]
    if not shown:
        return []
    days = [float((datetime.fromisoformat(each["started_at"]).date() - _date(first)).days) for each in shown]
    return [
        Series(
            name="out of the ordinary",
            mark=Mark.POINTS,
            hue=_ODD,
            points=tuple((max(at, 0.0), each["value"]) for at, each in zip(days, shown, strict=True)),
            hints=tuple(f"{each['metric']}: {each['kind']} {each['direction']}" for each in shown),
        )
    ]


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)


def _sentence(values: Values, found: Values) -> str:
    scores = [f"{metric} {score(values[f'{metric}_score_avg'])}" for metric in METRICS]
    trend = values["quality_trend"]
    heading = f"quality is {trend}" if trend else "the trend is not known yet"
    n = len(found["anomalies"])
    odd = "nothing is" if not n else "one thing is" if n == 1 else f"{n} things are"
    return f"This week: {', '.join(scores)}; {heading}, and {odd} out of the ordinary."


def _facts(values: Values, found: Values) -> tuple[tuple[str, str], ...]:
    sources = [f"{metric} {found['metrics'][metric]['source'] or UNKNOWN}" for metric in METRICS]
    trend = found["trend"]
    moved = UNKNOWN if trend is None else f"p {number(trend['p'], 3)} over {number(trend['days'], 0)} days"
    return (
        ("consistency of the character", percent(values["personality_consistency_index"])),
        ("trend", moved),
        ("where the values come from", ", ".join(sources)),
    )


def _table(daily: Mapping[str, Daily], anomalies: list[Values]) -> Table:
    odd = [
        (each["metric"], each["started_at"][:10], score(each["value"]), f"{each['kind']} {each['direction']}")
        for each in anomalies
    ]
    usual = [
        (metric, str(_date(day)), score(mean), f"n {number(n, 0)}")
        for metric, of in daily.items()
        for day, (mean, n) in of.items()
    ]
    return Table(head=("what", "day", "value", "note"), rows=(*odd, *usual))
