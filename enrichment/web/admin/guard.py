"""What every request passes: headers that bind the browser, a session, and forms that are our own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from enrichment.domain.text import storable
from enrichment.web.admin.access import SESSION_SECONDS, Access

BASE = "/admin"
COOKIE = "enrichment_admin"
# Nobody has to be in a session to send something.
MOST_BYTES = 65_536

# Nothing but our own files: no inline script or style, no frame, no form that goes elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Bound:
    """Answers with headers that bind the browser, and tells strangers to the loopback off."""

    app: ASGIApp
    access: Access
    told_off: Callable[[str], ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def bound(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith(f"{BASE}/static/"):
                    headers["cache-control"] = "no-cache"
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope)) if scope["type"] == "http" else None
        answering = self.app if refusal is None else self.told_off(refusal)
        await answering(scope, receive, bound)

    def _refusal(self, method: str, headers: Headers) -> str | None:
        length = headers.get("content-length", "0" if method in {"GET", "HEAD"} else "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return "This is more than a form holds."
        return self.access.refusal(headers)


class InSession:
    """Reads and writes the signed cookie of a session; it is ``Secure`` wherever the page came over https."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._by_scheme = {
            scheme: SessionMiddleware(
                app,
                secret_key=access.secret,
                session_cookie=COOKIE,
                max_age=SESSION_SECONDS,
                path=BASE,
                same_site="strict",
                https_only=scheme == "https",
            )
            for scheme in ("http", "https")
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self._by_scheme["https" if scope.get("scheme") == "https" else "http"](scope, receive, send)


@dataclass(frozen=True, slots=True)
class Guard:
    """What a page asks before it answers."""

    access: Access

    def session(self, request: Request) -> str:
        """Return the session's id; where no token is asked for, one begins by itself."""
        held: str | None = request.session.get("id")
        if held is not None and self.access.sessions.is_open(held):
            return held
        if self.access.token is None:
            request.session["id"] = begun = self.access.sessions.begin()
            return begun
        raise _sign_in_first(request)

    async def admit(self, request: Request) -> None:
        """Let a request pass that has a session and, if it may change something, is a form of that session."""
        session = self.session(request)
        _refuse_what_no_store_takes(request.query_params.values())
        if request.method in {"GET", "HEAD"}:
            return
        await self.own_form(request, session)

    async def own_form(self, request: Request, session: str) -> None:
        """Raise 403 unless the request was sent by a form that this session was shown."""
        # The browser says where a form comes from: the token does not have to be the only one to notice.
        if _is_foreign(request):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        form = await request.form()
        _refuse_what_no_store_takes(form.values())
        told = form.get("form_token")
        if not isinstance(told, str) or not self.access.is_own_form(told, session):
            raise HTTPException(HTTPStatus.FORBIDDEN)


def _refuse_what_no_store_takes(values: Iterable[object]) -> None:
    if any(isinstance(value, str) and storable(value)[1] for value in values):
        raise HTTPException(HTTPStatus.BAD_REQUEST)


def _is_foreign(request: Request) -> bool:
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    if site is not None:
        return site not in {"same-origin", "none"}
    # A page that tells nobody where it is, as ours, sends "null" from everywhere.
    return origin != "null" and urlsplit(origin).netloc != request.headers.get("host", "")


def _sign_in_first(request: Request) -> HTTPException:
    where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(where, safe='')}" if request.method == "GET" and where != f"{BASE}/" else ""
    login = f"{BASE}/login"
    if "hx-request" in request.headers:
        # A part of a page cannot become the login page: the whole page goes there.
        return HTTPException(HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": login})
    return HTTPException(HTTPStatus.SEE_OTHER, headers={"Location": login + back})
