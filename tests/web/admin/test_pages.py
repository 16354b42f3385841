"""What operators do on the pages, in a real browser on a real daemon."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.faults.background import wait_until
from tests.web.admin.world import World, go, sign_in

pytestmark = pytest.mark.timeout(150)

EVERY = ("/", "/users", "/user?id=mara", "/erase?id=mara", "/bots", "/runs", "/batches", "/quarantine", "/reconcile",
         "/audit", "/nothing")  # fmt: skip
# Fields without a label, buttons and links without a name, headings of the first rank, and the language.
NAMES = """() => ({
    unlabelled: [...document.querySelectorAll("input:not([type=hidden]):not([hidden]), select, textarea")]
        .filter(each => !each.labels.length && !each.ariaLabel).map(each => each.outerHTML),
    nameless: [...document.querySelectorAll("button, a, summary")]
        .filter(each => !(each.innerText || each.ariaLabel || each.textContent).trim()).map(each => each.outerHTML),
    headings: document.querySelectorAll("h1").length,
    lang: document.documentElement.lang,
    main: document.querySelectorAll("main").length,
})"""
GOOD = {"unlabelled": [], "nameless": [], "headings": 1, "lang": "en", "main": 1}
# Texts that stand out from what is behind them by less than 4.5 : 1 (WCAG 2.2, 1.4.3).
FAINT = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = colour => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
    const behind = element => {
        for (let each = element; each; each = each.parentElement) {
            const colour = rgba(getComputedStyle(each).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return rgba("white");
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint = [];
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
        if (element.closest("canvas, svg, .skip")) continue;
        const [one, other] = [light(rgba(getComputedStyle(element).color)), light(behind(element))];
        const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${texts.currentNode.data.trim()}`);
    }
    return faint;
}"""


def test_only_the_token_opens_the_page(browser: Browser, world: World) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{world.daemon.address}/admin/user?id=mara")
        page.get_by_label("Token").fill("certainly not the token")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_have_text("This is not the token.")
        page.get_by_label("Token").fill(world.daemon.token)
        page.get_by_role("button", name="Sign in").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("User mara")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_user_is_found_while_typing_and_a_fact_is_read_back_to_its_message(page: Page, world: World) -> None:
    go(page, world, "/users")
    page.get_by_label("Id or account").press_sequentially("mar")
    page.get_by_role("region", name="Users that were found").get_by_role("link", name="mara").click()
    page.get_by_role("link", name="Mara is vegetarian.").click()

    expect(page.locator("blockquote")).to_contain_text("I'm a vegetarian by the way")
    evidence = page.get_by_role("article").first.inner_text()
    [row] = world.rows(
        "select e.point_id, e.batch_id, b.prompt_hash from evidence e join batches b using (user_id, batch_id) "
        "join facts f using (user_id, fact_id) where f.statement = 'Mara is vegetarian.'"
    )
    assert row["point_id"] in evidence
    assert str(row["batch_id"]) in evidence
    assert row["prompt_hash"].hex()[:16] in evidence


def test_a_fact_is_retracted_and_the_trail_says_so(page: Page, world: World) -> None:
    [fact] = world.rows("select fact_id from facts where user_id = 'mara' and statement like '%coriander%'")
    go(page, world, f"/fact?id=mara&fact={fact['fact_id']}")
    page.get_by_text("Retract…").click()
    page.get_by_role("button", name="Retract it").click()

    expect(page.get_by_role("status")).to_contain_text("Retracted")
    [after] = world.rows("select state from facts where fact_id = $1", fact["fact_id"])
    assert after["state"] == "retracted"
    go(page, world, "/audit?id=mara")
    expect(page.get_by_role("row", name=re.compile("retract .*done.* 1 facts"))).to_be_visible()


@pytest.mark.parametrize(("button", "said"), [("Invalidate", "Invalidated"), ("Refresh", "Refreshed")])
def test_the_rows_of_engines_are_made_anew(page: Page, world: World, button: str, said: str) -> None:
    computed = "select max(computed_at) as at from strategic_memory_health where user_id = 'jonas'"
    [before] = world.rows(computed)
    go(page, world, "/user?id=jonas")
    page.get_by_role("button", name=f"{button} the rows with atlas").click()

    expect(page.get_by_role("status")).to_contain_text(said)
    wait_until(lambda: world.rows(computed)[0]["at"] > before["at"], "new rows")


@pytest.mark.parametrize(("button", "reason"), [("Retry {point}", "refusal"), ("Retry all of truncated", "truncated")])
def test_what_is_quarantined_comes_to_its_end_after_all(page: Page, world: World, button: str, reason: str) -> None:
    held = "update ledger set outcome = 'quarantined', reason = $1 where (user_id, point_id) = ("
    one = "select user_id, point_id from ledger where user_id = 'jonas' and outcome = 'completed' limit 1) returning *"
    point = world.rows(held + one, reason)[0]["point_id"]
    go(page, world, f"/quarantine?reason={reason}")
    page.get_by_role("button", name=button.format(point=point), exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("ent back to pending")
    ended = "select count(*) from ledger where point_id = $1 and outcome <> 'quarantined' and settled_at is not null"
    wait_until(lambda: world.rows(f"{ended} and withdrawn_at is null", point)[0]["count"], "the message's end")


def test_work_is_paused_and_resumed(page: Page, world: World) -> None:
    go(page, world, "/")
    page.get_by_label("Reason").fill("moving the database")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#now")).to_contain_text("moving the database")
    paused = world.rows("select count(*) from pauses where resumed_at is null")
    page.get_by_role("button", name="Resume").click()

    expect(page.get_by_role("status")).to_contain_text("Resumed")
    assert paused[0]["count"] == 1
    assert world.rows("select count(*) from pauses where resumed_at is null")[0]["count"] == 0


def test_a_user_is_erased_after_a_preview_and_a_typed_confirmation(page: Page, world: World) -> None:
    world.rows("insert into users (user_id) values ('erased') on conflict do nothing")
    copied = 'insert into facts select (jsonb_populate_record(f, \'{"user_id": "erased"}\')).* from facts f'
    world.rows(f"{copied} where user_id = 'mara' limit 3")
    go(page, world, "/erase?id=erased")
    expect(page.get_by_role("row", name="facts")).to_contain_text("3")
    page.get_by_label("Type the user's id to confirm").fill("somebody else")
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing was erased")
    page.get_by_label("Type the user's id to confirm").fill("erased")
    page.get_by_role("button", name="Erase").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Erased")
    assert world.rows("select count(*) from facts where user_id = 'erased'")[0]["count"] == 0
    trail = world.rows("select * from admin_actions where action = 'erase'")
    assert [(row["outcome"], row["counts"] != "{}") for row in trail] == [("done", True)]
    assert "'erased'" not in repr(trail)


def test_a_reconciliation_says_what_it_found(page: Page, world: World) -> None:
    go(page, world, "/reconcile")
    page.get_by_role("button", name="Reconcile now").click()

    expect(page.locator("#reconciliation .badge")).to_have_text("done")
    expect(page.locator("#reconciliation")).to_contain_text(world.collection)


def test_the_overview_is_drawn_anew_by_itself(page: Page, world: World) -> None:
    go(page, world, "/")
    with page.expect_response(re.compile("/admin/now$")) as answered:
        pass

    assert answered.value.ok


def test_a_fact_is_retracted_with_the_keyboard_alone(browser: Browser, world: World) -> None:
    [fact] = world.rows("select fact_id from facts where user_id = 'jonas' and state = 'active' limit 1")
    with browser.new_context() as context:
        page = context.new_page()
        sign_in(page, world.daemon)
        go(page, world, f"/fact?id=jonas&fact={fact['fact_id']}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "Skip to content"
        page.keyboard.press("Enter")
        reach(page, "Retract…")
        page.keyboard.press("Enter")
        reach(page, "Retract it")
        page.keyboard.press("Enter")

        expect(page.get_by_role("status")).to_contain_text("Retracted")


def reach(page: Page, text: str) -> None:
    """Press Tab until the focus is there, and can be seen to be."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == text:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"Tab does not get to {text!r}")


@pytest.mark.parametrize("path", EVERY)
def test_everything_has_a_name_no_text_is_faint_and_a_phone_shows_it_all(page: Page, world: World, path: str) -> None:
    go(page, world, path)
    named, faint = page.evaluate(NAMES), page.evaluate(FAINT)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 375, "height": 700})

    assert named == GOOD
    assert faint == []
    assert page.evaluate(FAINT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_the_theme_is_chosen_by_hand_too(page: Page, world: World) -> None:
    go(page, world, "/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Theme: system").click()
    page.get_by_role("button", name="Theme: light").click()

    assert page.evaluate(ground) != light
    page.get_by_role("button", name="Theme: dark").click()
    assert page.evaluate(ground) == light
