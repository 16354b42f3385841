"""Signing in and out."""

import re
import secrets
from http import HTTPStatus
from typing import Annotated

import structlog
from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from enrichment.web.admin.access import Access
from enrichment.web.admin.guard import BASE, Guard
from enrichment.web.admin.pages import Pages

log = structlog.get_logger()

MOST_CHARACTERS = 1_000
# A path of ours: no scheme, no host, nothing that a browser might take for one.
_INSIDE = re.compile(rf"{BASE}/[^\\]*")


def router(access: Access, guard: Guard, pages: Pages) -> APIRouter:
    """Return the routes that are open to whoever has no session."""
    made = APIRouter()

    @made.get("/login")
    async def login(request: Request) -> Response:
        if access.token is None:
            return _on(None)
        return _form(request, access, pages, request.query_params.get("next", ""))

    @made.post("/login")
    async def sign_in(
        request: Request,
        token: Annotated[str, Form(max_length=MOST_CHARACTERS)],
        following: Annotated[str, Form(max_length=MOST_CHARACTERS)] = "",
    ) -> Response:
        await guard.own_form(request, request.session.get("visitor", ""))
        address = request.client.host if request.client else ""
        if access.attempts.are_too_many(address):
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS)
        if not access.is_right(token):
            access.attempts.note(address)
            log.warning("admin.token_refused")
            return _form(request, access, pages, following, HTTPStatus.UNAUTHORIZED)
        # A new id: one that somebody knew before would let them in.
        request.session.clear()
        request.session["id"] = access.sessions.begin()
        log.info("admin.signed_in")
        return _on(following)

    @made.post("/logout")
    async def sign_out(request: Request) -> Response:
        await guard.own_form(request, guard.session(request))
        access.sessions.end(request.session.get("id"))
        request.session.clear()
        return RedirectResponse(f"{BASE}/login", status_code=HTTPStatus.SEE_OTHER)

    return made


def _form(
    request: Request, access: Access, pages: Pages, following: str, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    visitor = request.session.setdefault("visitor", secrets.token_urlsafe(24))
    return pages.outside(
        "login.html",
        status,
        form_token=access.form_token(visitor),
        following=following if _INSIDE.fullmatch(following) else "",
        is_wrong=status is not HTTPStatus.OK,
    )


def _on(following: str | None) -> Response:
    inside = following if following and _INSIDE.fullmatch(following) else f"{BASE}/"
    return RedirectResponse(inside, status_code=HTTPStatus.SEE_OTHER)
