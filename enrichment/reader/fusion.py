"""One order out of several: by words, by meaning, and a little by what matters and what is recent.

Reciprocal rank fusion: Cormack, Clarke, Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
learning methods" (SIGIR 2009), https://doi.org/10.1145/1571941.1572114. It needs no scores that can be compared: a
cosine and the weight of a word cannot. The constant is theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from enrichment.reader.decode import Row
from enrichment.reader.meaning import NEAREST, Near
from enrichment.reader.recall import Found, found_in, ranked, recency

_CONSTANT: Final = 60
# What the best in each is worth; together 1.
_WEIGHTS: Final = {"words": 0.47, "meaning": 0.47, "importance": 0.04, "recency": 0.02}
Key = tuple[str, str]


def fused(by_words: Sequence[Row], by_meaning: Sequence[Row], near: Sequence[Near], most: int) -> tuple[Found, ...]:
    """Return the best of all rows; those of ``by_meaning`` are what may be told of what is ``near``."""
    rows = {_key(row): row for row in (*by_meaning, *by_words)}
    if not rows:
        return ()
    words = _worth((each.kind, each.found_id) for each in ranked(by_words, NEAREST))
    # What may not be told here takes no place, so that it does not show in the scores of what may.
    meanings = _worth(key for each in near if (key := (each.kind, str(each.row_id))) in rows)
    best_importance = max(row["importance"] for row in rows.values()) or 1.0
    newest = max(row["said_at"] for row in rows.values())
    found = []
    for key, row in rows.items():
        parts = {
            "words": words.get(key, 0.0),
            "meaning": meanings.get(key, 0.0),
            "importance": row["importance"] / best_importance,
            "recency": recency(newest, row["said_at"]),
        }
        found.append(found_in(row, {name: round(_WEIGHTS[name] * part, 4) for name, part in parts.items()}))
    found.sort(key=lambda each: (-each.score, each.found_id))
    return tuple(found[:most])


def _worth(ordered: Iterable[Key]) -> Mapping[Key, float]:
    """Return what each place is worth: 1 for the first, and less and less slowly less after that."""
    return {key: (_CONSTANT + 1) / (_CONSTANT + place) for place, key in enumerate(ordered, 1)}


def _key(row: Row) -> Key:
    return row["kind"], row["id"]
