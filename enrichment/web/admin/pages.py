"""Makes pages from templates: everything is escaped, and a name that a template misses is an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import jinja2
from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from enrichment import __version__
from enrichment.web.admin import wording
from enrichment.web.admin.drawing.gallery import of_user
from enrichment.web.admin.guard import BASE, Guard

# What a page may be told by the one before it: closed words, since the cookie of a session is signed and not sealed.
NOTICES = wording.NOTICES

# Pages that are no entry of the menu, and the entry that they belong to.
_BELONGS = {"user": "users", "fact": "users", "erase": "users"}


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
            "notice": NOTICES.get(request.session.pop("notice", None)),
            "now": datetime.now(UTC),
            **values,
        }
        return HTMLResponse(self.templates.get_template(template).render(shown), status_code=status)

    def part(self, template: str, **values: object) -> HTMLResponse:
        """Return a part of a page, for what is drawn anew in place."""
        return HTMLResponse(self.templates.get_template(template).render(now=datetime.now(UTC), **values))

    def outside(self, template: str, status: HTTPStatus, **values: object) -> HTMLResponse:
        """Return a page without a session: to sign in, or to say what went wrong."""
        return HTMLResponse(self.templates.get_template(template).render(status=status, **values), status_code=status)


def go_to(request: Request, path: str, notice: str | None = None) -> Response:
    """Return the answer to a form: another page, which may begin with a notice, by name."""
    if notice is not None:
        request.session["notice"] = notice
    return RedirectResponse(BASE + path, status_code=HTTPStatus.SEE_OTHER)
