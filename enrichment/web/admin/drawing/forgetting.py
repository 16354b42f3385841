"""Engine 5 drawn: the user's forgetting curve with its uncertainty, and where single memories stand."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from enrichment.engines import fsrs
from enrichment.engines.forgetting import EXPONENTIAL
from enrichment.engines.memories import RISK
from enrichment.web.admin.drawing import axes
from enrichment.web.admin.drawing.charts import Drawing, Kept, Mark, Plot, Series, Table, Values
from enrichment.web.admin.drawing.standing import absent, standing
from enrichment.web.admin.drawing.words import UNKNOWN, number, percent, since, span

NAME, TITLE = "forgetting", "Forgetting curve"
_LEAST_DAYS = 30.0
_STEPS = 60
# Days at which the table tells the curve.
_TOLD = (1.0, 7.0, 30.0, 60.0, 365.0)

Memory = dict[str, Any]


def forgetting(row: Kept | None, now: datetime) -> Drawing:
    """Draw retention over days without use; memories stand where they are at ``now``, by their own strength."""
    if row is None:
        return absent(NAME, TITLE, "No memory has been looked at yet.")
    params = row.values["forgetting_curve_params"]
    resting = standing(row, params, "uses of memories", now)
    strength = params["median_S_days"]
    if strength is None:
        return absent(NAME, TITLE, "There is no memory yet.", resting)
    lasting, fading = (_memories(row.values[f"{name}_retention_memories"], params, now) for name in ("high", "low"))
    return Drawing(
        name=NAME,
        title=TITLE,
        sentence=_sentence(params, lasting, fading),
        standing=resting,
        figures=(_plot(params, lasting, fading),),
        facts=_facts(row.values, params),
        table=_table(params, lasting, fading),
    )


def _memories(column: Values, params: Values, now: datetime) -> list[Memory]:
    keeps = _retention(params, params["scale"])
    days = [since(each["last"], now) for each in column["memories"]]
    return [
        {**each, "days": passed, "R": keeps(passed, each["S"])}
        for each, passed in zip(column["memories"], days, strict=True)
    ]


def _retention(params: Values, scale: float) -> Callable[[float, float], float]:
    """Return the curve: retention by days since the last use and stability, both in days."""

    def power(days: float, stability: float) -> float:
        return fsrs.retrievability(days, stability * scale)

    def exponential(days: float, stability: float) -> float:
        share: float = 0.9 ** (days / (stability * scale))
        return share

    return exponential if params["model"] == EXPONENTIAL.name else power


def _plot(params: Values, lasting: Sequence[Memory], fading: Sequence[Memory]) -> Plot:
    x = axes.days("days since the last use", max([_LEAST_DAYS, *(each["days"] for each in (*lasting, *fading))]))
    # Most is forgotten soon: steps grow with the days.
    places = [x.high * (at / _STEPS) ** 2 for at in range(_STEPS + 1)]
    strength = params["median_S_days"]
    curve, low, high = (_retention(params, scale) for scale in (params["scale"], *params["scale_ci90"]))
    return Plot(
        title="Retention of memories over the days since their last use",
        x=x,
        y=axes.shares("retention"),
        series=(
            Series(
                name="typical memory, 90 % interval",
                mark=Mark.LINE,
                hue=1,
                points=tuple((at, curve(at, strength)) for at in places),
                band=tuple((low(at, strength), high(at, strength)) for at in places),
            ),
            Series(
                name=f"at risk below {percent(RISK)}", mark=Mark.REFERENCE, hue=1, points=((0, RISK), (x.high, RISK))
            ),
            *(_points(name, hue, of) for name, hue, of in (("lasting", 3, lasting), ("fading", 2, fading)) if of),
        ),
    )


def _points(name: str, hue: int, memories: Sequence[Memory]) -> Series:
    return Series(
        name=name,
        mark=Mark.POINTS,
        hue=hue,
        points=tuple((each["days"], each["R"]) for each in memories),
        hints=tuple(f"{each['id']}: {percent(each['R'])} after {span(each['days'])}" for each in memories),
    )


def _sentence(params: Values, lasting: Sequence[Memory], fading: Sequence[Memory]) -> str:
    ninety = params["median_S_days"] * params["scale"]
    half, risk = span(params["half_life_days"]), f"below {percent(RISK)}"
    marked = f"the {len(lasting)} longest lasting ones are marked" if lasting else "none is marked as lasting"
    lost = f"{len(fading)} important ones that have fallen {risk}" if fading else f"none has fallen {risk}"
    return (
        f"A typical memory that is not used stays at 90 % for {span(ninety)}, at half for {half}; {marked}, and {lost}."
    )


def _facts(values: Values, params: Values) -> tuple[tuple[str, str], ...]:
    low, high = params["scale_ci90"]
    score = values["recall_simulation_score"]
    return (
        ("lapses", f"{number(params['n_lapses'], 0)} of {number(params['n_reviews'], 0)} uses"),
        ("scale of the user", f"{number(params['scale'], 2)} (90 %: {number(low, 2)} to {number(high, 2)})"),
        ("kept for a month and more", percent(params["consolidated_share"])),
        ("recall follows use", UNKNOWN if score is None else f"{number(score, 2)} (chance is 0.5)"),
    )


def _table(params: Values, lasting: Sequence[Memory], fading: Sequence[Memory]) -> Table:
    strength = params["median_S_days"]
    curve = _retention(params, params["scale"])
    typical = [("typical memory", "curve", span(at), percent(curve(at, strength)), span(strength), "") for at in _TOLD]
    named = [(each, "lasting") for each in lasting] + [(each, "fading") for each in fading]
    return Table(
        head=("memory", "kind", "since the last use", "retention", "stability", "uses"),
        rows=(
            *typical,
            *(
                (each["id"], kind, span(each["days"]), percent(each["R"]), span(each["S"]), number(each["n"], 0))
                for each, kind in named
            ),
        ),
    )
