"""The form of an answer: short keys, because an answer's tokens cost four to five times a prompt's.

``{"facts": [{"m": [12], "q": …, "s": …, "who": …, "p": …, "o": …, "cat": …, "op": null, "sure": …, "t": null}],
"signals": [{"k": …, "n": …, "v": …, "m": [12]}], "windows": [{"w": 1, "title": …, "sum": …, "topics": [], "tone": null,
"dec": [], "ask": [{"q": …, "a": null}], "end": false}]}``

It keeps to what all providers of strict JSON schemas share: every property required, null for "none", nothing
additional, no keyword about numbers or lengths.
"""

from enum import StrEnum
from typing import Any

from enrichment.domain.facts import Category, Certainty

PROMPT_VERSION = "2"
SCHEMA_NAME = "digest"


class SignalKind(StrEnum):
    """What a signal tells about a person."""

    TRAIT = "trait"
    INTEREST = "interest"
    ENTITY = "entity"
    PREFERENCE = "preference"
    WORK = "work"


class Preference(StrEnum):
    """How the user wants to be answered; the only preferences that are values."""

    LANGUAGE = "language"
    LENGTH = "length"
    TONE = "tone"
    EMOJI = "emoji"
    ADDRESS = "address"


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _one_of(values: type[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [value.value for value in values]}


_TEXT = {"type": "string"}
_MAYBE = {"type": ["string", "null"]}
_NUMBER = {"type": "integer"}

# Evidence comes first in a fact and facts come before summaries: a model that has to quote before it states states less
# that was not said.
SCHEMA: dict[str, Any] = _object(
    facts=_array(
        _object(
            m=_array(_NUMBER),
            q=_TEXT,
            s=_TEXT,
            who=_TEXT,
            p=_TEXT,
            o=_TEXT,
            cat=_one_of(Category),
            op=_MAYBE,
            sure=_one_of(Certainty),
            t=_MAYBE,
        )
    ),
    signals=_array(_object(k=_one_of(SignalKind), n=_TEXT, v=_TEXT, m=_array(_NUMBER))),
    windows=_array(
        _object(
            w=_NUMBER,
            title=_TEXT,
            sum=_TEXT,
            topics=_array(_TEXT),
            tone=_MAYBE,
            dec=_array(_TEXT),
            ask=_array(_object(q=_TEXT, a=_MAYBE)),
            end={"type": "boolean"},
        )
    ),
)
