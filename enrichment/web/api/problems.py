"""Every refusal in one form (RFC 9457), for one of a closed set of reasons, without a word of what was sent."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from starlette.responses import JSONResponse

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 5


class Reason(StrEnum):
    """Why a request came to nothing; each has one status and one sentence."""

    MALFORMED = "malformed"
    UNAUTHORISED = "unauthorised"
    NOT_YOURS = "not_yours"
    OPERATOR_ONLY = "operator_only"
    FOREIGN_ORIGIN = "foreign_origin"
    NOT_FOUND = "not_found"
    WRONG_METHOD = "wrong_method"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    INVALID = "invalid"
    TOO_MANY = "too_many"
    BUG = "bug"
    UNAVAILABLE = "unavailable"
    TOO_LATE = "too_late"


_STATUS: Final[Mapping[Reason, HTTPStatus]] = {
    Reason.MALFORMED: HTTPStatus.BAD_REQUEST,
    Reason.UNAUTHORISED: HTTPStatus.UNAUTHORIZED,
    Reason.NOT_YOURS: HTTPStatus.FORBIDDEN,
    Reason.OPERATOR_ONLY: HTTPStatus.FORBIDDEN,
    Reason.FOREIGN_ORIGIN: HTTPStatus.FORBIDDEN,
    Reason.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Reason.WRONG_METHOD: HTTPStatus.METHOD_NOT_ALLOWED,
    Reason.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Reason.NOT_JSON: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Reason.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Reason.BUG: HTTPStatus.INTERNAL_SERVER_ERROR,
    Reason.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Reason.TOO_LATE: HTTPStatus.SERVICE_UNAVAILABLE,
}
_DETAIL: Final[Mapping[Reason, str]] = {
    Reason.MALFORMED: "The request cannot be read.",
    Reason.UNAUTHORISED: "A bearer token is needed, and this is none of those that are known.",
    Reason.NOT_YOURS: "This token is another bot's.",
    Reason.OPERATOR_ONLY: "Only the operator's token may do this.",
    Reason.FOREIGN_ORIGIN: "Without tokens, only programs on this machine are served.",
    Reason.NOT_FOUND: "There is no such thing.",
    Reason.WRONG_METHOD: "This path takes other methods.",
    Reason.TOO_LARGE: "The body is too large.",
    Reason.NOT_JSON: "The body must be JSON, and its Content-Type say so.",
    Reason.INVALID: "A parameter or a field is missing or not as it should be.",
    Reason.TOO_MANY: "This token has asked too often; try again later.",
    Reason.BUG: "This is a bug of the worker; its log says where.",
    Reason.UNAVAILABLE: "The memory cannot be reached; try again later.",
    Reason.TOO_LATE: "It took too long and was given up; try again later.",
}


class Refused(Exception):
    """A request that is refused for a reason of the closed set."""

    def __init__(self, reason: Reason, *, retry_seconds: int = RETRY_SECONDS) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.retry_seconds = retry_seconds


def problem(
    reason: Reason, *, retry_seconds: int = RETRY_SECONDS, errors: Sequence[Mapping[str, str]] = ()
) -> JSONResponse:
    """Return the answer for a reason; ``errors`` name places of the request and what is wrong there."""
    status = _STATUS[reason]
    headers = {}
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        headers["retry-after"] = str(retry_seconds)
    if status is HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    content = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": _DETAIL[reason],
        "reason": reason.value,
        **({"errors": [dict(error) for error in errors]} if errors else {}),
    }
    return JSONResponse(content, status_code=status.value, headers=headers, media_type=MEDIA_TYPE)


def of_status(status: int) -> Reason:
    """Return the reason of a refusal that the framework made."""
    found = (reason for reason, known in _STATUS.items() if known == status)
    return next(found, Reason.MALFORMED if status < HTTPStatus.INTERNAL_SERVER_ERROR else Reason.BUG)
