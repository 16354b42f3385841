"""A line of a JSONL file becomes a message to import, or a sentence that says what is wrong with it."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from enrichment.adapters.qdrant.payload import name_of
from enrichment.adapters.qdrant.rules import FieldNames, Names, Payload, first
from enrichment.adapters.qdrant.times import plausible
from enrichment.domain.text import storable
from enrichment.domain.users import stored_user_id
from enrichment.errors import ConfigurationError

# Qdrant takes requests of 32 MB; a line has to fit into one with its vector.
LONGEST_LINE = 24_000_000
VECTOR_FIELDS = ("vector", "vectors")
_FIELDS = FieldNames()
_POINTS = uuid.UUID("7f1f3f0e-9c0b-5c1e-8a53-5b4a4f0c9d11")
_NO_VECTOR = "vector: must be a list of numbers, or an object of such lists"
_BOM = b"\xef\xbb\xbf"

Vector = tuple[float, ...]
Vectors = Mapping[str, Vector]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message to import, in the canonical form; ``vectors`` are named, an unnamed one has the name "".

    ``point_id`` follows from the message's identity, so that a second import finds it.
    """

    number: int
    point_id: str
    payload: Payload
    text: str
    vectors: Vectors | None

    @property
    def shape(self) -> Mapping[str, int] | None:
        """The size of each vector by its name; None without vectors."""
        return None if self.vectors is None else {name: len(each) for name, each in self.vectors.items()}


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be imported, counted from 1, and why; never with what it says."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.what}"


class BadFile(ConfigurationError):
    """A file with lines that cannot be imported; nothing of it was."""

    def __init__(self, bad: tuple[BadLine, ...], total: int) -> None:
        more = [f"… and {total - len(bad)} more"] if total > len(bad) else []
        super().__init__("\n".join([*map(str, bad), *more]))
        self.bad = bad
        self.total = total


class _Wrong(Exception):
    """What is wrong with a line; never leaves this file."""


def lines(path: Path, now: datetime) -> Iterator[Line | BadLine]:
    """Read a file line by line, empty lines left out; raises ``ConfigurationError`` if it cannot be read.

    All lines bring vectors of the same sizes, or none does: the first good one decides.
    """
    shape: Mapping[str, int] | None = None
    started = False
    for number, raw in _numbered(path):
        read = read_line(number, raw, now)
        if isinstance(read, Line) and not started:
            shape, started = read.shape, True
        if isinstance(read, Line) and read.shape != shape:
            read = BadLine(number, "vector: must have the same names and sizes in all lines, or be in none")
        yield read


def _numbered(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                text = raw.removeprefix(_BOM).strip()
                if text:
                    yield number, text
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}") from error


def read_line(number: int, raw: bytes, now: datetime) -> Line | BadLine:
    """Read one line; ``now`` tells which times are absurd."""
    try:
        return _line(number, raw, now)
    except _Wrong as wrong:
        return BadLine(number, str(wrong))


def _line(number: int, raw: bytes, now: datetime) -> Line:
    if len(raw) > LONGEST_LINE:
        raise _Wrong(f"longer than {LONGEST_LINE // 1_000_000} MB")
    given = _object(raw)
    _needed(given, "timestamp", _FIELDS.timestamp)
    at = plausible((first(given, (name,)) for name in _FIELDS.timestamp), now)
    if at is None:
        raise _Wrong("timestamp: no time between 1990 and today (ISO 8601, or seconds since 1970)")
    user = stored_user_id(_needed(given, "user_id", _FIELDS.user_id))
    if user is None:
        raise _Wrong("user_id: must be a whole number or a text of 1 to 256 characters")
    text = _text(given, "content", _FIELDS.text)
    role = _text(given, "role", _FIELDS.role)
    vectors = _vectors(given)
    spoken = {"user_id": user, "role": role, "content": text, "timestamp": datetime.fromtimestamp(at, UTC).isoformat()}
    # One field and one type for user and time, so that one index finds them all.
    payload = _storable({**{name: value for name, value in given.items() if name not in VECTOR_FIELDS}, **spoken})
    return Line(
        number=number, point_id=_point_id(given, spoken), payload=payload, text=str(payload["content"]), vectors=vectors
    )


def _object(raw: bytes) -> dict[str, object]:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        value = _leniently(raw)
    if not isinstance(value, dict):
        raise _Wrong(f"not an object but {_KINDS[type(value)]}")
    return value


def _leniently(raw: bytes) -> object:
    """Lone surrogates are no reason to lose a message; everything else that orjson refuses is named."""
    try:
        return json.loads(raw.decode(), parse_constant=_refused)
    except UnicodeDecodeError as error:
        raise _Wrong("not UTF-8") from error
    except json.JSONDecodeError as error:
        raise _Wrong(f"no JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise _Wrong("no JSON: nested too deeply") from error


def _refused(constant: str) -> object:
    raise _Wrong(f"no JSON: {constant} is no number")


def _needed(given: Payload, field: str, candidates: Names) -> object:
    value = first(given, candidates)
    if value is None:
        raise _Wrong(f"missing field {field}")
    return value


def _text(given: Payload, field: str, candidates: Names) -> str:
    value = _needed(given, field, candidates)
    if not isinstance(value, str):
        raise _Wrong(f"{field}: must be a text, not {_KINDS[type(value)]}")
    return value


def _vectors(given: Payload) -> Vectors | None:
    value = first(given, VECTOR_FIELDS)
    if value is None:
        return None
    named = value if isinstance(value, dict) else {"": value}
    if not named:
        raise _Wrong(_NO_VECTOR)
    return {name: _vector(each) for name, each in named.items()}


def _vector(value: object) -> Vector:
    if not isinstance(value, list) or not value or not all(type(number) in {int, float} for number in value):
        raise _Wrong(_NO_VECTOR)
    return tuple(map(float, value))


def _point_id(given: Payload, spoken: Payload) -> str:
    names = (first(given, each) for each in (_FIELDS.bot_name, _FIELDS.message_id, _FIELDS.channel_id))
    bot_name, message_id, channel_id = (name_of(each) or "" for each in names)
    who = (spoken["user_id"], bot_name, str(spoken["role"]).casefold())
    what = ("id", message_id) if message_id else ("at", channel_id, spoken["timestamp"], spoken["content"])
    key = json.dumps([*who, *what])
    return str(uuid.uuid5(_POINTS, key))


def _storable(value: dict[str, object]) -> dict[str, object]:
    """Qdrant holds no lone surrogate, in names neither."""
    return {storable_text(name): _clean(each) for name, each in value.items()}


def _clean(value: object) -> object:
    clean: Callable[..., object] | None = _CLEANERS.get(type(value))
    return clean(value) if clean else value


def storable_text(text: str) -> str:
    """Return the text as the store can hold it."""
    return storable(text)[0]


_CLEANERS: dict[type, Callable[..., object]] = {
    str: storable_text,
    dict: _storable,
    list: lambda values: [_clean(each) for each in values],
}
_KINDS: dict[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
