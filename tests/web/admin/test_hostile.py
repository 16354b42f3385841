"""Whatever strangers have written shows as text, on every page."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Dialog, Page

from tests.web.admin.hostile import PAYLOADS, USER
from tests.web.admin.world import World, go

pytestmark = pytest.mark.timeout(150)

# What no page of ours has in its content, and any payload would bring in.
INJECTED = """
    document.querySelectorAll(
        "main script, iframe, base, object, embed, body > link, main meta, math, video, main img, [onerror], [onload],"
        + "[onfocus], [onmouseover], [ontoggle], [onbegin], [srcdoc], a[href^='javascript'], [hx-on\\\\:click],"
        + "[data-hx-on], form[action^='https'], [hx-get^='https']"
    ).length
"""


class Watch:
    """Hears of dialogs, of what the policy has refused, and of requests that leave."""

    def __init__(self, page: Page, address: str) -> None:
        self.noticed: list[str] = []
        page.on("dialog", self._dismiss)
        page.on("console", lambda said: self.noticed.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.noticed.append(str(error)))
        page.on("request", lambda sent: None if sent.url.startswith(address) else self.noticed.append(sent.url))

    def _dismiss(self, dialog: Dialog) -> None:
        self.noticed.append(f"dialog {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def watch(page: Page, world: World) -> Watch:
    return Watch(page, world.daemon.address)


# Of an operator, and logged by workers on purpose: unlike what is written in chats.
REASON = "<img src=x onerror=confirm(1)>"
PAGES = [
    "/", "/users", "/users?q={user}", "/user?id={user}", "/user?id={user}&state=all", "/user?id={user}&state=flagged",
    "/erase?id={user}", "/runs", "/batches", "/batches?id={user}", "/quarantine", "/quarantine?reason={user}",
    "/reconcile", "/audit", "/audit?id={user}", "/now", "/nothing/{user}", "/fact?id={user}&fact={user}",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_was_written_becomes_a_part_of_a_page(page: Page, world: World, watch: Watch, path: str) -> None:
    status = go(page, world, path.replace("{user}", quote(USER, safe="")))

    assert status in {200, 400, 404}
    assert page.evaluate(INJECTED) == 0
    assert [each for each in watch.noticed if "status of 4" not in each] == []


def test_every_payload_shows_as_text_among_the_facts(page: Page, world: World) -> None:
    go(page, world, f"/user?id={quote(USER, safe='')}&state=all")

    shown = page.inner_text("main")
    assert [payload for payload in PAYLOADS if " ".join(payload.split()) not in " ".join(shown.split())] == []


def test_a_payload_shows_as_text_among_the_evidence(page: Page, world: World, watch: Watch) -> None:
    facts = world.rows(
        "select fact_id, statement from facts where user_id = $1 and statement = any ($2)", USER, PAYLOADS[::4]
    )
    for fact in facts:
        go(page, world, f"/fact?id={quote(USER, safe='')}&fact={fact['fact_id']}")

        assert page.inner_text("h1") == fact["statement"]
        assert page.inner_text("blockquote") == fact["statement"]
        assert page.evaluate(INJECTED) == 0
    assert len(facts) == len(PAYLOADS[::4])
    assert watch.noticed == []


def test_a_reason_for_a_pause_shows_as_text(page: Page, world: World, watch: Watch) -> None:
    go(page, world, "/")
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").wait_for()

    shown, injected = page.inner_text("main"), page.evaluate(INJECTED)
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Pause").wait_for()

    assert REASON in shown
    assert injected == 0
    assert watch.noticed == []


def test_the_log_holds_nothing_of_what_was_written(page: Page, world: World) -> None:
    go(page, world, f"/user?id={quote(USER, safe='')}")

    logged = world.daemon.log.read_text(encoding="utf-8")
    assert world.daemon.token not in logged
    assert [said for said in ("alert(", "Pixel and Mochi", "evil.example") if said in logged] == []
