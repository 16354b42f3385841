"""The admin page as an application of its own, to be mounted at ``/admin``."""

from http import HTTPStatus
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from enrichment.errors import DependencyUnavailable
from enrichment.web.admin import bots, comparing, correcting, done, doors, erasing, held, overview, people, trail
from enrichment.web.admin.access import Access
from enrichment.web.admin.deadline import InTime
from enrichment.web.admin.guard import Bound, Guard, InSession
from enrichment.web.admin.pages import Pages, environment
from enrichment.web.admin.ports import Administration
from enrichment.web.admin.trail import Noting

_SAID = {
    HTTPStatus.BAD_REQUEST: "The request could not be understood.",
    HTTPStatus.UNAUTHORIZED: "Sign in first.",
    HTTPStatus.FORBIDDEN: "This form is too old, or not of this session. Go back, load the page anew and try again.",
    HTTPStatus.NOT_FOUND: "There is nothing here, or not any more.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This cannot be done that way.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many wrong tokens. Wait a minute.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The worker goes on trying, and this page works again once it is back.",
}
_ELSE = "Something went wrong. The worker's log says where."


def admin_page(administration: Administration, access: Access) -> ASGIApp:
    """Return the application; ``administration`` is all that it may look at and do."""
    guard = Guard(access)
    pages = Pages(environment(), guard)
    application = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    application.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    application.include_router(doors.router(access, guard, pages))
    admitted = [Depends(guard.admit)]
    noting = Noting(administration.trail, guard)
    for router in (
        overview.router(administration.oversight, administration.pausing, pages, noting),
        done.router(administration.oversight, pages),
        people.router(administration.people, pages),
        correcting.router(administration.corrections, noting),
        erasing.router(administration.erasing, pages, noting),
        held.router(administration.quarantine, pages, noting),
        comparing.router(administration.reconciling, administration.oversight, pages, noting),
        trail.router(administration.trail, pages),
        bots.router(administration.bots, pages),
    ):
        application.include_router(router, dependencies=admitted)
    _answer_errors(application, pages)
    late = _told(pages, HTTPStatus.SERVICE_UNAVAILABLE, "It took too long and was given up; try again later.")
    in_time = InTime(InSession(application, access), late)
    return Bound(in_time, access, lambda why: _told(pages, HTTPStatus.FORBIDDEN, why))


def _answer_errors(application: FastAPI, pages: Pages) -> None:
    """Let every error become a page that says what to do, and nothing of what it was about."""

    async def refused(_: Request, error: Exception) -> Response:
        status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
        headers = (error.headers or {}) if isinstance(error, HTTPException) else {}
        answer = pages.outside("error.html", status, said=_SAID.get(status, _ELSE))
        answer.headers.update(headers)
        return answer

    async def away(_: Request, error: Exception) -> Response:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        which = error.dependency if isinstance(error, DependencyUnavailable) else "a store"
        return pages.outside("error.html", status, said=f"{which.capitalize()} does not answer. {_SAID[status]}")

    async def failed(_: Request, __: Exception) -> Response:
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return pages.outside("error.html", status, said=_ELSE)

    application.add_exception_handler(HTTPException, refused)
    application.add_exception_handler(RequestValidationError, refused)
    application.add_exception_handler(DependencyUnavailable, away)
    application.add_exception_handler(Exception, failed)


def _told(pages: Pages, status: HTTPStatus, said: str) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await pages.outside("error.html", status, said=said)(scope, receive, send)

    return answer
