"""What comes over the wire is read field by field, and a field nobody knows is refused instead of ignored."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar
from uuid import UUID

T = TypeVar("T")
# Always a number or a UUID; the engine's stubs say that a string is possible too, and lists are invariant.
PointId = int | UUID | str

_LARGEST_ID = 2**64


class RestError(Exception):
    """An answer other than 200, in the wording of Qdrant."""

    status = 500


class BadRequest(RestError):
    """The request can never work."""

    status = 400


class NotFound(RestError):
    """The collection or the point does not exist."""

    status = 404


class Conflict(RestError):
    """The name is taken."""

    status = 409


class Fields:
    """One JSON object of a request; leaving the block refuses whatever was not taken.

    A field that is null counts as absent, as it does for Qdrant.
    """

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise BadRequest(f"Format error in JSON body: expected an object, got {type(value).__name__}")
        self._left = {name: field for name, field in value.items() if field is not None}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._left:
            raise BadRequest(f"Format error in JSON body: unknown field `{next(iter(self._left))}`")

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def any(self, name: str) -> object:
        """Take a field of any type; None if absent."""
        return self._left.pop(name, None)

    def take(self, name: str, kind: type[T]) -> T | None:
        """Take a field of one JSON type; None if absent."""
        value = self._left.pop(name, None)
        if kind is float and type(value) is int:
            value = float(value)
        if value is None or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
            return value
        raise BadRequest(f"Format error in JSON body: `{name}` must be {kind.__name__}, not {type(value).__name__}")

    def need(self, name: str, kind: type[T]) -> T:
        """Take a field that must be there."""
        value = self.take(name, kind)
        if value is None:
            raise BadRequest(f"Format error in JSON body: missing field `{name}`")
        return value

    def ignore(self, *names: str) -> None:
        """Take fields that change nothing here: tuning of a server that is larger than this one."""
        for name in names:
            self._left.pop(name, None)


@contextmanager
def engine_input() -> Iterator[None]:
    """The engine's constructors refuse bad values with TypeError or ValueError: that is the caller's mistake."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise BadRequest(f"Wrong input: {str(error).splitlines()[0]}") from error


def point_id(value: object) -> PointId:
    """An unsigned 64-bit number or a UUID, as Qdrant allows."""
    if type(value) is int and 0 <= value < _LARGEST_ID:
        return value
    if isinstance(value, str):
        try:
            return UUID(value)
        except ValueError:
            pass
    raise BadRequest(
        f"Format error in JSON body: value {value!r} is not a valid point ID, "
        "valid values are either an unsigned integer or a UUID"
    )


def point_ids(values: list[object]) -> list[PointId]:
    """Ids in their order."""
    return [point_id(value) for value in values]


def strings(values: list[object]) -> list[str]:
    """A list that holds strings only."""
    for value in values:
        if not isinstance(value, str):
            raise BadRequest(f"Format error in JSON body: expected a string, got {type(value).__name__}")
    return [str(value) for value in values]
