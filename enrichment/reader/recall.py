"""Finds what of a memory answers a question, and says why it thinks so."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from enrichment.reader.asking import Asked
from enrichment.reader.decode import Row

RECALL: Final = "select * from enrichment_api.recall($1, $2, $3, $4, $5, $6, $7, $8, $9)"
RECALL_THESE: Final = "select * from enrichment_api.recall_these($1, $2, $3, $4, $5, $6, $7, $8)"
# So many candidates are weighed.
CANDIDATES: Final = 200
# What a score is made of; words weigh most, because a question is mostly words.
_WEIGHTS: Final = {"words": 0.8, "importance": 0.15, "recency": 0.05}
_HALF_LIFE_SECONDS: Final = 30 * 86_400.0


class Quote(NamedTuple):
    """The words of a message that a fact rests on."""

    message_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A fact or a summary that answers; ``score`` is from 0 to 1, and the sum of ``why``.

    What is left of summaries, the digest of a month, is found by meaning only.
    """

    kind: Literal["fact", "summary", "digest"]
    found_id: str
    text: str
    category: str | None
    confidence: float | None
    said_at: datetime
    occurred_from: datetime | None
    occurred_until: datetime | None
    quotes: tuple[Quote, ...]
    score: float
    why: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found, the best first, and how the question was understood.

    ``is_answered`` is False where the database did not answer: then nobody knows whether there is anything.
    """

    asked: Asked
    found: tuple[Found, ...] = ()
    is_answered: bool = True


def arguments(asked: Asked) -> tuple[object, ...]:
    """Return what the statement takes after user, bot and scope."""
    return list(asked.words), list(asked.pieces), *limits(asked), CANDIDATES


def limits(asked: Asked) -> tuple[object, ...]:
    """Return the time and the category that an answer has to be of."""
    since, until = (asked.during.start, asked.during.end) if asked.during else (None, None)
    return since, until, [asked.category.value] if asked.category else None


def word_weights(rows: Sequence[Row]) -> list[float]:
    """Return how much of the question each row has: rare words count most, as in BM25."""
    hits = [tuple(map(int, row["hits"].split())) for row in rows]
    in_texts = Counter(hit for each in hits for hit in each)
    total = max((row["documents"] for row in rows), default=0)
    weights = {hit: math.log(1 + (total - count + 0.5) / (count + 0.5)) for hit, count in in_texts.items()}
    return [sum(weights[hit] for hit in each) for each in hits]


def ranked(rows: Sequence[Row], most: int) -> tuple[Found, ...]:
    """Return the best rows: by rare words first, then by what matters and what is recent."""
    if not rows:
        return ()
    words = word_weights(rows)
    best_words, best_importance = max(words) or 1.0, max(row["importance"] for row in rows) or 1.0
    newest = max(row["said_at"] for row in rows)
    found = []
    for row, weight in zip(rows, words, strict=True):
        parts = {
            "words": weight / best_words,
            "importance": row["importance"] / best_importance,
            "recency": recency(newest, row["said_at"]),
        }
        found.append(found_in(row, {name: round(_WEIGHTS[name] * part, 4) for name, part in parts.items()}))
    found.sort(key=lambda each: (-each.score, each.found_id))
    return tuple(found[:most])


def recency(newest: datetime, said_at: datetime) -> float:
    """Return 1 for what is newest, and half for each month before that."""
    return float(0.5 ** ((newest - said_at).total_seconds() / _HALF_LIFE_SECONDS))


def found_in(row: Row, why: Mapping[str, float]) -> Found:
    """Return what a row says, with its score and the parts of it."""
    return Found(
        kind=row["kind"],
        found_id=row["id"],
        text=row["said"],
        category=row["category"],
        confidence=row["confidence"],
        said_at=row["said_at"],
        occurred_from=row["occurred_from"],
        occurred_until=row["occurred_until"],
        quotes=tuple(Quote(*each) for each in json.loads(row["quotes"] or "[]")),
        score=round(sum(why.values()), 4),
        why=why,
    )
