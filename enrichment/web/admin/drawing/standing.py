"""What a row says of itself: how much it rests on, on what, how sure it is, and whether it is still good."""

from datetime import datetime

from enrichment.reader.values import Freshness
from enrichment.web.admin.drawing.charts import Drawing, Kept, Standing, Values
from enrichment.web.admin.drawing.words import number

_BASES = {
    "observed": "observed",
    "mixed": "observed and prior",
    "prior": "prior only",
}


def standing(row: Kept, said: Values, unit: str, now: datetime) -> Standing:
    """Return the standing of a drawing from the column that it is made of; ``unit`` names what was counted."""
    return Standing(
        sample=f"{unit}: {number(said['n'], 0)}",
        basis=_BASES[said["basis"]],
        confidence=said["confidence"],
        as_of=row.computed_at,
        until=row.expires_at,
        freshness=Freshness.FRESH if now < row.expires_at else Freshness.STALE,
        late=said.get("late", 0),
    )


def absent(name: str, title: str, sentence: str, at: Standing | None = None) -> Drawing:
    """Return a drawing of nothing, that says in words what is missing."""
    return Drawing(name=name, title=title, sentence=sentence, standing=at)
