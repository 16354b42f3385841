"""The fields of requests: their bounds, and that they can be stored."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from enrichment.domain.text import storable
from enrichment.domain.users import LONGEST_USER_ID, stored_user_id

_EARLIEST, _LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


def _somebody(user_id: str) -> str:
    if stored_user_id(user_id) is None:
        raise ValueError("names nobody")
    return user_id


def _storable(text: str) -> str:
    if storable(text)[1]:
        raise ValueError("has characters that cannot be stored")
    return text


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("has no words")
    return text


def _sensible(time: datetime) -> datetime:
    if not _EARLIEST < time < _LATEST:
        raise ValueError("is no time of this world")
    return time


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("is no text")  # noqa: TRY004 - pydantic takes no other error for the caller's fault
    return value


def _flag(value: object) -> object:
    if value not in (True, False, "true", "false"):
        raise ValueError("is neither true nor false")
    return value


Storable = AfterValidator(_storable)
UserId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_USER_ID,
        description="The stored id: ns:4711 where there are namespaces.",
        examples=["4711"],
    ),
    AfterValidator(_somebody),
]
Bot = Annotated[
    Annotated[str, Storable, Field(max_length=256)] | None,
    Field(
        description="The bot; needed, and only allowed to be another, with the operator's token.",
        examples=["luna"],
    ),
]
Scope = Annotated[
    str, Storable, Field(max_length=256, description="Where it will be told, as the messages name it; empty: anywhere.")
]
Question = Annotated[
    str, Storable, AfterValidator(_words), Field(min_length=1, max_length=1000, examples=["my job last week"])
]
Comment = Annotated[str, Storable, Field(max_length=2000)]
Correction = Annotated[str, Storable, AfterValidator(_words), Field(min_length=1, max_length=500)]
Time = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_sensible)]
# In an address there are only texts; more words for it than the document's own are not taken.
Flag = Annotated[bool, BeforeValidator(_flag)]


class Asked(BaseModel):
    """A request: what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """A part of an answer, read off a value by the names of its attributes."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
