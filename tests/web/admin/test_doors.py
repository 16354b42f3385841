"""Who comes in, and what every answer carries; the stores are away, which a page says."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from enrichment.adapters.model.offline import OfflineModel
from enrichment.adapters.postgres.pool import connected
from enrichment.adapters.qdrant.server import connected as qdrant_connected
from enrichment.app.administration import administration
from enrichment.app.servers import Servers
from enrichment.app.worker import assembled
from enrichment.options import rules
from enrichment.settings import Settings
from enrichment.web.admin import Access, admin_page
from enrichment.web.admin.access import MOST_ATTEMPTS, MOST_ATTEMPTS_OF_ALL, SESSION_SECONDS, Attempts, Sessions

TOKEN = "a-token-that-is-long-enough"
NOWHERE = "postgresql://127.0.0.1:1/nothing"
FIELD = re.compile(r'name="form_token" value="([^"]+)"')


@asynccontextmanager
async def visiting(access: Access, scheme: str = "http", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before a page whose stores do not answer."""
    settings = Settings()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(connected(NOWHERE))
        qdrant = await stack.enter_async_context(qdrant_connected("http://127.0.0.1:1", timeout_seconds=1))
        servers = Servers(database=database, qdrant=qdrant, rules=rules(settings))
        ports = await stack.enter_async_context(
            administration(assembled(settings, servers, OfflineModel(), trigger="daemon"))
        )
        transport = httpx.ASGITransport(Starlette(routes=[Mount("/admin", admin_page(ports, access))]))
        client = httpx.AsyncClient(transport=transport, base_url=f"{scheme}://localhost", headers=headers)
        yield await stack.enter_async_context(client)


async def sign_in(browser: httpx.AsyncClient, token: str = TOKEN, **more: str) -> httpx.Response:
    """Fill in the form."""
    form = (await browser.get("/admin/login")).text
    return await browser.post("/admin/login", data={"form_token": field(form), "token": token, **more})


def field(page: str) -> str:
    """The form token of a page."""
    found = FIELD.search(page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", ["/", "/user?id=4711", "/audit", "/now", "/erase?id=4711", "/quarantine"])
async def test_nobody_sees_a_page_without_signing_in(path: str) -> None:
    async with visiting(Access(TOKEN)) as browser:
        answer = await browser.get(f"/admin{path}")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/admin/login")


@pytest.mark.parametrize("path", ["/pause", "/erase", "/fact/retract", "/quarantine/retry-all", "/reconcile"])
async def test_nobody_does_anything_without_signing_in(path: str) -> None:
    async with visiting(Access(TOKEN)) as browser:
        answer = await browser.post(f"/admin{path}", data={"user_id": "4711"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin/login"


async def test_the_token_opens_a_session_that_leads_on_to_where_one_was_going() -> None:
    async with visiting(Access(TOKEN)) as browser:
        answer = await sign_in(browser, following="/admin/user?id=4711")

    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/user?id=4711")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    assert "path=/admin" in answer.headers["set-cookie"].lower()
    assert "secure" not in answer.headers["set-cookie"].lower()


async def test_over_https_the_cookie_is_secure() -> None:
    async with visiting(Access(TOKEN), scheme="https") as browser:
        answer = await sign_in(browser)

    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("following", ["https://elsewhere.example/", "//elsewhere.example", "/admin/\\elsewhere", "/"])
async def test_signing_in_leads_nowhere_else(following: str) -> None:
    async with visiting(Access(TOKEN)) as browser:
        answer = await sign_in(browser, following=following)

    assert answer.headers["location"] == "/admin/"


async def test_a_wrong_token_is_refused_and_many_have_to_wait() -> None:
    async with visiting(Access(TOKEN)) as browser:
        wrong = [(await sign_in(browser, "not the token")).status_code for _ in range(MOST_ATTEMPTS)]
        right = await sign_in(browser)

    assert set(wrong) == {401}
    assert right.status_code == 429


def test_strangers_with_wrong_tokens_wait_and_keep_nobody_else_out() -> None:
    attempts = Attempts()
    strangers = [str(number) for number in range(MOST_ATTEMPTS_OF_ALL)]
    for stranger in strangers:
        attempts.note(stranger)

    assert all(attempts.are_too_many(stranger) for stranger in strangers)
    assert not attempts.are_too_many("operator")


async def test_what_no_store_takes_is_refused_before_a_store_is_asked() -> None:
    access = Access(TOKEN)
    async with visiting(access) as browser:
        await sign_in(browser)
        form_token = access.form_token(next(iter(access.sessions._begun)))  # noqa: SLF001 - what its page would show
        looked = [await browser.get(f"/admin/{path}%00") for path in ("user?id=a", "users?q=a", "bot?name=a")]
        done = await browser.post("/admin/user/compose", data={"form_token": form_token, "user_id": "a\0"})

    assert [answer.status_code for answer in (*looked, done)] == [400] * 4


async def test_signing_out_ends_the_session_wherever_its_cookie_went() -> None:
    access = Access(TOKEN)
    async with visiting(access) as browser, visiting(access) as thief:
        await sign_in(browser)
        thief.cookies = httpx.Cookies(browser.cookies)
        entered = await thief.get("/admin/now")
        form_token = access.form_token(next(iter(access.sessions._begun)))  # noqa: SLF001 - what its page would show
        await browser.post("/admin/logout", data={"form_token": form_token})
        afterwards = await thief.get("/admin/now")

    assert (entered.status_code, afterwards.status_code) == (503, 303)


def test_a_session_is_over_after_a_working_day() -> None:
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    session = sessions.begin()

    now[0] = SESSION_SECONDS + 1

    assert not sessions.is_open(session)


@pytest.mark.parametrize("told", [{}, {"form_token": "made.up.by-somebody"}])
async def test_a_form_that_is_not_of_this_session_does_nothing(told: dict[str, str]) -> None:
    async with visiting(Access(None)) as browser:
        await browser.get("/admin/login")
        answer = await browser.post("/admin/pause", data=told)

    assert answer.status_code == 403


async def test_a_form_of_another_session_does_nothing() -> None:
    access = Access(None)
    async with visiting(access) as browser:
        answer = await browser.post("/admin/pause", data={"form_token": access.form_token("another")})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
async def test_a_form_that_comes_from_another_site_does_nothing(headers: dict[str, str]) -> None:
    access = Access(TOKEN)
    async with visiting(access) as browser:
        await sign_in(browser)
        form_token = access.form_token(next(iter(access.sessions._begun)))  # noqa: SLF001 - as if it had leaked
        answer = await browser.post("/admin/pause", data={"form_token": form_token}, headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8642", "[::2]", ""])
async def test_without_a_token_a_name_that_was_made_to_point_here_is_refused(host: str) -> None:
    async with visiting(Access(None), host=host) as browser:
        answer = await browser.get("/admin/")

    assert answer.status_code == 403


@pytest.mark.parametrize("host", ["localhost:8642", "127.0.0.1:8642", "[::1]:8642", "LOCALHOST"])
async def test_without_a_token_this_machine_is_let_in(host: str) -> None:
    async with visiting(Access(None), host=host) as browser:
        answer = await browser.get("/admin/")

    assert answer.status_code == 503


async def test_without_a_token_nobody_comes_in_through_a_proxy() -> None:
    async with visiting(Access(None), **{"x-forwarded-for": "203.0.113.9"}) as browser:
        answer = await browser.get("/admin/")

    assert answer.status_code == 403
    assert "ENRICHMENT_WEB__TOKEN" in answer.text


@pytest.mark.parametrize("path", ["/", "/login", "/nothing", "/user", "/static/admin.css", "/static/../access.py"])
async def test_every_answer_binds_the_browser(path: str) -> None:
    async with visiting(Access(None)) as browser:
        answer = await browser.get(f"/admin{path}")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] in {"no-store", "no-cache"}


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 503), ("/users", 503), ("/user?id=4711", 503), ("/audit", 503), ("/nothing", 404), ("/user", 400),
     ("/fact?id=4711&fact=no-uuid", 400), ("/runs?page=0", 400), ("/runs?page=100000", 400)],
)  # fmt: skip
async def test_an_error_is_a_page_that_says_what_to_do_and_nothing_more(path: str, status: int) -> None:
    async with visiting(Access(None)) as browser:
        answer = await browser.get(f"/admin{path}")

    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert not re.search(r"Traceback|4711|127\.0\.0\.1:1|asyncpg|/enrichment/", answer.text)


async def test_more_than_a_form_holds_is_not_read() -> None:
    async with visiting(Access(TOKEN)) as browser:
        answer = await browser.post("/admin/login", data={"token": "x" * 100_000})

    assert answer.status_code == 403
