"""One order out of several: by words, by meaning, by what matters and by what is recent.

Reciprocal rank fusion: Cormack, Clarke, Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
learning methods" (SIGIR 2009), https://doi.org/10.1145/1571941.1572114. It needs no scores that can be compared: a
cosine and the weight of a word cannot. ``_K`` is theirs.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from enrichment.reader.decode import Row
from enrichment.reader.meaning import Near
from enrichment.reader.recall import Found, found_in, word_weights

_K: Final = 60
# What a first place is worth in each order; together 1.
_WEIGHTS: Final = {"words": 0.425, "meaning": 0.425, "importance": 0.1, "recency": 0.05}


def fused(by_words: Sequence[Row], by_meaning: Sequence[Row], near: Sequence[Near], most: int) -> tuple[Found, ...]:
    """Return the best of all rows; those of ``by_meaning`` are what may be told of what is ``near``."""
    nearness = {(each.kind, str(each.row_id)): each.score for each in near}
    rows = {_key(row): row for row in (*by_meaning, *by_words)}
    weights = dict(zip(map(_key, by_words), word_weights(by_words), strict=True))
    orders = {
        "words": {key: weight for key, weight in weights.items() if weight > 0},
        "meaning": {key: score for key, score in nearness.items() if key in rows},
        "importance": {key: row["importance"] for key, row in rows.items()},
        "recency": {key: row["said_at"].timestamp() for key, row in rows.items()},
    }
    ranks = {name: _ranks(values) for name, values in orders.items()}
    found = [found_in(row, _why(key, ranks)) for key, row in rows.items()]
    found.sort(key=lambda each: (-each.score, each.found_id))
    return tuple(found[:most])


def _why(key: tuple[str, str], ranks: Mapping[str, Mapping[tuple[str, str], int]]) -> dict[str, float]:
    return {
        name: round(_WEIGHTS[name] * (_K + 1) / (_K + of[key]), 4) if key in of else 0.0 for name, of in ranks.items()
    }


def _ranks(values: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], int]:
    """Return places from 1 on; equals share the better place."""
    ordered = sorted(values.values(), reverse=True)
    first: dict[float, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
    return {key: first[value] for key, value in values.items()}


def _key(row: Row) -> tuple[str, str]:
    return row["kind"], row["id"]
