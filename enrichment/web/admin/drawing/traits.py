"""Engine 3 drawn: how the share of each of the bot's modes moved over thirty days, and how the user takes it."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from itertools import chain

from enrichment.engines.adaptation import FEWEST_PAIRED, SURE
from enrichment.engines.personality import FEWEST_TURNS
from enrichment.web.admin.drawing import axes
from enrichment.web.admin.drawing.charts import Axis, Bar, Bars, Drawing, Kept, Mark, Plot, Series, Table, Values
from enrichment.web.admin.drawing.standing import absent, standing
from enrichment.web.admin.drawing.words import missing, number, percent, signed

NAME, TITLE = "traits", "Ways of the bot over time"
EFFECTS, EFFECTS_TITLE = "reactions", "How the user takes the bot's ways"
FEWEST_DAYS = 2
_PRIOR_N = 5.0
_Z90 = 1.645

Spots = list[tuple[float, float, tuple[float, float], str]]


def evolution(row: Kept | None, now: datetime) -> Drawing:
    """Draw a small plot for each mode: its daily share with a 90 % interval, all on the same axes."""
    if row is None:
        return absent(NAME, TITLE, "No turn of the bot has been looked at yet.")
    found = row.values["trait_evolution_history"]
    resting = standing(row, found, "turns of the bot", now)
    if found["n"] < FEWEST_TURNS:
        return absent(NAME, TITLE, missing("turns of the bot", found["n"], FEWEST_TURNS), resting)
    days = sorted({each["date"] for trait in found["traits"].values() for each in trait["history"]})
    if len(days) < FEWEST_DAYS:
        return absent(NAME, TITLE, missing("days with turns of the bot", len(days), FEWEST_DAYS), resting)
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    spots = {name: _spots(trait["history"], first) for name, trait in found["traits"].items()}
    highest = max(high for _, _, (_, high), _ in chain.from_iterable(spots.values()))
    x, y = axes.dates("", first, last, 3), axes.shares("", highest)
    return Drawing(
        name=NAME,
        title=TITLE,
        sentence=_sentence(found["traits"], len(days)),
        standing=resting,
        figures=tuple(_plot(name, found["traits"][name], of, x, y) for name, of in spots.items()),
        table=_history(found["traits"]),
    )


def _spots(history: list[Values], first: date) -> Spots:
    """Return by day the share, its interval, and a hint; shares are shrunk by five turns, and so is the interval."""
    spots = []
    for each in history:
        share, n = each["share"], each["n"]
        error = _Z90 * math.sqrt(share * (1 - share) / (n + _PRIOR_N + 1))
        band = (max(share - error, 0.0), min(share + error, 1.0))
        day = float((date.fromisoformat(each["date"]) - first).days)
        spots.append((day, share, band, f"{each['date']}: {percent(share)} of {number(n, 0)} turns"))
    return spots


def _plot(name: str, trait: Values, spots: Spots, x: Axis, y: Axis) -> Plot:
    line = Series(
        name="daily share, 90 % interval",
        mark=Mark.LINE,
        hue=1,
        points=tuple((day, share) for day, share, _, _ in spots),
        band=tuple(band for _, _, band, _ in spots),
        hints=tuple(hint for _, _, _, hint in spots),
    )
    return Plot(title=f"{name}: {trait['trend'] or 'trend not known yet'}", x=x, y=y, series=(line,), small=True)


def _sentence(traits: Mapping[str, Values], days: int) -> str:
    moving = [f"{name} is {trait['trend']}" for name, trait in traits.items() if trait["trend"] not in (None, "stable")]
    said = "; ".join(moving) if moving else "no way shows a trend that is more than chance"
    return f"Share of the bot's turns that show each way, on {days} of the last 30 days: {said}."


def _history(traits: Mapping[str, Values]) -> Table:
    return Table(
        head=("way", "day", "share of turns", "turns"),
        rows=tuple(
            (name, each["date"], percent(each["share"]), number(each["n"], 0))
            for name, trait in traits.items()
            for each in trait["history"]
        ),
    )


def reactions(row: Kept | None, now: datetime) -> Drawing:
    """Draw the effect of each mode on the user's reaction, in standard deviations, with its 90 % interval."""
    if row is None:
        return absent(EFFECTS, EFFECTS_TITLE, "No turn of the bot has been looked at yet.")
    found = row.values["dominant_traits"]
    resting = standing(row, found, "turns of the bot", now)
    # A way that the user never met has the effect that was assumed: nothing that could be seen.
    traits = [each for each in found["traits"] if each["n"] > 0]
    if not traits:
        return absent(EFFECTS, EFFECTS_TITLE, missing("turns of the bot", found["n"], FEWEST_TURNS), resting)
    widest = axes.up_to(max(abs(bound) for each in traits for bound in each["ci90"]), 3)
    return Drawing(
        name=EFFECTS,
        title=EFFECTS_TITLE,
        sentence=_effect(traits, row.values["adaptation_suggestions"]["paired"]),
        standing=resting,
        figures=(
            Bars(
                title="Effect of the bot's ways on the user's reaction, with 90 % intervals",
                axis=axes.numbers("effect, standard deviations", -widest, widest, 4),
                bars=tuple(_bar(each) for each in traits),
            ),
        ),
        facts=_advice(row.values["adaptation_suggestions"]),
        table=_effects(traits),
    )


def _bar(each: Values) -> Bar:
    low, high = each["ci90"]
    note = f"{signed(each['effectiveness'])}, n {number(each['n'], 0)}"
    return Bar(label=each["trait"], value=each["effectiveness"], note=note, low=low, high=high)


def _effect(traits: list[Values], answered: float) -> str:
    """Claim what the engine would claim: from sixty answered turns on, what is sure enough for that many ways."""
    if answered < FEWEST_PAIRED:
        return f"{missing('answered turns to tell', answered, FEWEST_PAIRED)} What crosses zero may be chance."
    sure = [each for each in traits if not 1 - SURE < each["p_positive"] < SURE]
    said = [f"{'better' if each['effectiveness'] > 0 else 'worse'} when the bot is {each['trait']}" for each in sure]
    taken = f"The user reacts {', '.join(said)}" if said else "No way of the bot is surely taken better or worse"
    return f"{taken}; what crosses zero may be chance."


def _advice(column: Values) -> tuple[tuple[str, str], ...]:
    said = [f"{each['action']} {each['trait']}" for each in column["suggestions"]]
    return (("advice", ", ".join(said) or "none yet"), ("answered turns", number(column["paired"], 0)))


def _effects(traits: list[Values]) -> Table:
    return Table(
        head=("way", "share of turns", "effect", "90 % interval", "surely positive", "answered turns"),
        rows=tuple(
            (
                each["trait"],
                percent(each["frequency"]),
                signed(each["effectiveness"]),
                f"{signed(each['ci90'][0])} to {signed(each['ci90'][1])}",
                percent(each["p_positive"]),
                number(each["n"], 0),
            )
            for each in traits
        ),
    )
