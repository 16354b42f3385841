"""Makes pages from templates: everything is escaped, and a name that a template misses is an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

import jinja2
from fastapi import Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from enrichment import __version__
from enrichment.web.admin import wording
from enrichment.web.admin.drawing.gallery import of_user
from enrichment.web.admin.guard import BASE, Guard

# A user's id and what is searched for are of somebody else's making: longer ones than this have not been seen.
MOST_CHARACTERS = 500
UserId = Annotated[str, Query(alias="id", min_length=1, max_length=MOST_CHARACTERS)]
FormUserId = Annotated[str, Form(min_length=1, max_length=MOST_CHARACTERS)]
# Which page of a list; nobody turns further.
Number = Annotated[int, Query(alias="page", ge=1, le=200)]

# What a page may be told by the one before it: closed words, since the cookie of a session is signed and not sealed.
NOTICES = wording.NOTICES

# Pages that are no entry of the menu, and the entry that they belong to.
_BELONGS = {"user": "users", "fact": "users", "erase": "users", "bot": "bots"}


def environment() -> jinja2.Environment:
    """Return the templates with their filters."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("enrichment.web.admin"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(base=BASE, version=__version__)
    made.filters.update(
        number=wording.number,
        percent=wording.percent,
        moment=wording.moment,
        ago=wording.ago,
        dollars=wording.dollars,
        iso=wording.iso,
        length=wording.length,
        words=wording.words,
        drawn=of_user,
        written=wording.written,
        shortly=wording.shortly,
        length_of=len,
    )
    return made


@dataclass(frozen=True, slots=True)
class Pages:
    """Makes pages for whoever is in a session."""

    templates: jinja2.Environment
    guard: Guard

    def page(
        self, request: Request, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object
    ) -> HTMLResponse:
        """Return a page of this session."""
        session = self.guard.session(request)
        shown: Mapping[str, Any] = {
            "here": _BELONGS.get(at := request.url.path.removeprefix(BASE).strip("/").partition("/")[0], at),
            "form_token": self.guard.access.form_token(session),
            "signs_in": self.guard.access.token is not None,
            # A part that is drawn anew in place has no room for it.
            "notice": None if "hx-request" in request.headers else NOTICES.get(request.session.pop("notice", None)),
            "now": datetime.now(UTC),
            **values,
        }
        return HTMLResponse(self.templates.get_template(template).render(shown), status_code=status)

    def outside(self, template: str, status: HTTPStatus, **values: object) -> HTMLResponse:
        """Return a page without a session: to sign in, or to say what went wrong."""
        return HTMLResponse(self.templates.get_template(template).render(status=status, **values), status_code=status)


def go_to(request: Request, path: str, notice: str | None = None) -> Response:
    """Return the answer to a form: another page, which may begin with a notice, by name."""
    if notice is not None:
        request.session["notice"] = notice
    return RedirectResponse(BASE + path, status_code=HTTPStatus.SEE_OTHER)


def path_of(path: str, **parameters: str) -> str:
    """Return a path with its query."""
    return f"{path}?{urlencode(parameters)}"
