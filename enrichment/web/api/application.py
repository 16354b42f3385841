"""Puts the API together: its routes, the forms of its refusals, and the guard before them."""

import re
from collections.abc import Mapping
from typing import Any, Final

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp

from enrichment.errors import EnrichmentError
from enrichment.web.api import reading, users
from enrichment.web.api.guard import ApiOptions, Guard, Observed
from enrichment.web.api.ports import DOCUMENTED, ApiParts
from enrichment.web.api.problems import MEDIA_TYPE, Reason, Refused, of_status, problem

__all__ = ["ApiMount", "ApiOptions", "ApiParts", "api"]
log = structlog.get_logger()

_MOST_ERRORS: Final = 20
_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "reason"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "reason": {"type": "string", "enum": [reason.value for reason in Reason]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("in", "name", "what")},
            },
        },
    },
}
_REFUSALS: Final[Mapping[int | str, dict[str, Any]]] = {
    code: {"description": said, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
    for code, said in {
        400: "The request cannot be read.",
        401: "No token, or one that nobody has.",
        403: "Another bot's, or the operator's alone.",
        404: "There is no such thing.",
        413: "The body is too large.",
        415: "The body is not JSON.",
        422: "A parameter or a field is not as it should be.",
        429: "Asked too often; see Retry-After.",
        503: "The memory cannot be reached; see Retry-After.",
    }.items()
}


class ApiMount(Mount):
    """Takes every path below its own, one with a line feed too: it is refused in the API's own form."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app)
        self.path_regex = re.compile(f"^{re.escape(path)}/(?P<path>.*)$", re.DOTALL)


def api(parts: ApiParts, options: ApiOptions, observed: Observed, *, version: str) -> ASGIApp:
    """Return the API, to be mounted; ``observed`` hears of each request."""
    application = FastAPI(
        title="enrichment",
        description="The memory of chat agents: what an agent reads before it answers, and what users may ask of it.",
        version=version,
        docs_url=None,
        redoc_url=None,
        dependencies=DOCUMENTED,
        responses=dict(_REFUSALS),
        redirect_slashes=False,
        exception_handlers={
            Refused: _refused,
            RequestValidationError: _invalid,
            HTTPException: _of_framework,
            EnrichmentError: _unavailable,
            Exception: _bug,
        },
    )
    application.state.parts = parts
    application.include_router(reading.router)
    application.include_router(users.router)
    return Guard(application, options, observed)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - as it is registered
    return problem(error.reason, retry_seconds=error.retry_seconds)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as it is registered
    # Where and what, in closed words: a message or an unknown name may be a quotation of what was sent.
    errors = [
        {"in": str(found["loc"][0]), "name": _name(found), "what": str(found["type"])}
        for found in error.errors()[:_MOST_ERRORS]
    ]
    return problem(Reason.INVALID, errors=errors)


def _name(found: Mapping[str, Any]) -> str:
    place = found["loc"]
    is_ours = len(place) > 1 and isinstance(place[1], str) and found["type"] != "extra_forbidden"
    return place[1] if is_ours else ""


async def _of_framework(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as it is registered
    return problem(of_status(error.status_code))


async def _unavailable(_: Request, error: Exception) -> Response:
    log.warning("api.unavailable", reason=str(error))
    return problem(Reason.UNAVAILABLE)


async def _bug(_: Request, _error: Exception) -> Response:
    return problem(Reason.BUG)
