"""The form of an answer before its meaning: JSON with two lists of items and a third that may be missing."""

import json
from dataclasses import dataclass
from typing import Any

from enrichment.digest.own_words import without_controls
from enrichment.domain.digest import Refusal
from enrichment.domain.text import storable
from enrichment.errors import ModelFailure, UnusableAnswer


@dataclass(frozen=True, slots=True)
class Form:
    """The lists of an answer; what is in them has not been looked at."""

    facts: list[Any]
    signals: list[Any]
    windows: list[Any]


class ItemRefused(Exception):
    """An item of an answer that is dropped, with its reason; never leaves ``digest``."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


def parsed(answer: str) -> Form:
    """Return the lists of an answer; raises ``UnusableAnswer`` if it is not JSON of the wanted form.

    Not orjson: it refuses a whole answer for one lone surrogate or NaN, which cost their own item only.
    """
    try:
        form = json.loads(answer, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise UnusableAnswer(ModelFailure.SCHEMA, "the answer is not JSON") from None
    if not isinstance(form, dict):
        raise UnusableAnswer(ModelFailure.SCHEMA, "the answer is not a JSON object")
    facts, signals, windows = form.get("facts"), form.get("signals") or [], form.get("windows")
    if isinstance(facts, list) and isinstance(signals, list) and isinstance(windows, list):
        return Form(facts, signals, windows)
    raise UnusableAnswer(ModelFailure.SCHEMA, "the answer lacks the list of facts or that of windows")


def text(item: Any, key: str, most: int) -> str:  # noqa: ANN401 - the item is whatever a model wrote
    """Return a required text of an item, storable and on one line; raises ``ItemRefused``."""
    value = item.get(key) if isinstance(item, dict) else None
    if not isinstance(value, str):
        raise ItemRefused(Refusal.MALFORMED)
    if len(value) > most:
        raise ItemRefused(Refusal.LENGTH)
    return " ".join(storable(without_controls(value))[0].split())


def text_or_none(item: Any, key: str, most: int) -> str | None:  # noqa: ANN401 - see text
    """Return a text that may be null, missing or empty; raises ``ItemRefused``."""
    return (text(item, key, most) or None) if item.get(key) is not None else None


def texts(item: Any, key: str, most: int, each: int) -> tuple[str, ...]:  # noqa: ANN401 - see text
    """Return the first ``most`` texts of a list that may be null or missing; raises ``ItemRefused``."""
    values = item.get(key) or []
    if not isinstance(values, list):
        raise ItemRefused(Refusal.MALFORMED)
    return tuple(found for value in values[:most] if (found := text({key: value}, key, each)))


def whole_numbers(item: Any, key: str) -> tuple[int, ...]:  # noqa: ANN401 - see text
    """Return the distinct integers of a list, or of a single integer; raises ``ItemRefused``."""
    values = item.get(key) if isinstance(item, dict) else None
    values = [values] if type(values) is int else values
    if not isinstance(values, list) or not all(type(value) is int for value in values):
        raise ItemRefused(Refusal.MALFORMED)
    return tuple(dict.fromkeys(values))
