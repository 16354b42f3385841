"""The drawings in a real Chromium, served by a real daemon: they appear, they fit, and chats stay text."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from pydantic import SecretStr

from bench.chromium import NoChromium
from bench.model_server import ModelServer
from enrichment.adapters.postgres.pool import connected
from enrichment.app import open_daemon
from enrichment.settings import ModelSettings, PostgresSettings, QdrantSettings, Settings, WebSettings
from tests.faults.servers import free_port
from tests.postgres_fixtures import scratch_database
from tests.web.admin.browsing import Visit, chromium, visit
from tests.web.admin.seeding import MARKUP, MOOD, talk_little, talk_much, talk_slyly

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHARTS = ("activity", "engagement", "style", "forgetting", "need", "reactions", "traits")
INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((_, place) => place % 4 === 3).some(alpha => alpha > 0);
}"""
UNFOLDED = f"""async canvas => {{
  while (canvas.width <= 100 || !({INK})(canvas)) await new Promise(requestAnimationFrame);
}}"""
COLOUR = "canvas => Chart.getChart(canvas).options.scales.x.ticks.color"
WIDTH = "[document.documentElement.scrollWidth, window.innerWidth]"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def daemon(
    postgres_server: str, postgres_template: str, embedded_url: str, running_model_server: ModelServer
) -> AsyncIterator[str]:
    """The address of a daemon that knows a user with much, one with little, and a sly one."""
    port = free_port()
    async with scratch_database(postgres_server, template=postgres_template) as dsn:
        async with connected(dsn) as database:
            await talk_little(database, "little", "luna")
            await talk_little(database, "much", "luna")
            await talk_much(database, "much", "aria")
            await talk_slyly(database, "sly", MARKUP)
        settings = Settings(
            qdrant=QdrantSettings(url=embedded_url, collections=("chat",)),
            postgres=PostgresSettings(dsn=SecretStr(dsn)),
            model=ModelSettings(base_url=running_model_server.base_url),
            web=WebSettings(port=port),
        )
        async with open_daemon(settings):
            yield f"http://127.0.0.1:{port}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with AsyncExitStack() as stack:
        try:
            opened = await stack.enter_async_context(chromium())
        except NoChromium as error:
            pytest.skip(str(error))
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def tab(browser: Browser, daemon: str) -> AsyncIterator[Visit]:
    """A tab in which nothing may go wrong: no error, and nothing that the policy had to stop."""
    async with visit(browser, daemon) as tab:
        yield tab
    assert tab.complaints == []


async def test_every_engine_of_a_pair_is_drawn(tab: Visit) -> None:
    await tab.go("user", id="much")

    for name in CHARTS:
        canvases = await tab.page.query_selector_all(f"{tab.drawing(name)} canvas")
        assert canvases, name
        assert [await canvas.evaluate(INK) for canvas in canvases] == [True] * len(canvases), name
    assert 3 <= await tab.page.locator(f"{tab.drawing('topics')} circle").count() <= 12


async def test_each_drawing_says_what_it_rests_on_and_is_a_table_too(tab: Visit) -> None:
    await tab.go("user", id="much")

    for name in (*CHARTS, "topics"):
        await tab.page.locator(f"{tab.drawing(name)} summary").press("Enter")
        assert await tab.page.locator(f"{tab.drawing(name)} tbody tr").first.is_visible(), name
        assert "confidence 0." in await tab.page.locator(f"{tab.drawing(name)} .standing").inner_text(), name


async def test_the_other_bots_pair_is_drawn_once_it_is_opened(tab: Visit) -> None:
    await tab.go("user", id="much")
    closed = tab.page.locator("details.pair").nth(1)

    await closed.locator("> summary").click()

    canvas = closed.locator(".drawing[data-name='forgetting'] canvas")
    await canvas.evaluate(UNFOLDED)
    assert (await canvas.bounding_box() or {"width": 0})["width"] > 100


async def test_what_is_not_known_yet_is_said_and_not_drawn(tab: Visit) -> None:
    await tab.go("user", id="little")

    for name in ("activity", "engagement", "topics", "style", "traits"):
        said = await tab.page.locator(f"{tab.drawing(name)} .missing").inner_text()
        assert said.startswith("Not enough"), name
        assert await tab.page.locator(f"{tab.drawing(name)} :is(canvas, svg)").count() == 0, name


async def test_markup_of_a_chat_is_text_wherever_it_stands(tab: Visit) -> None:
    await tab.go("user", id="sly")

    assert await tab.page.locator("details.pair > summary").inner_text() == f"With {MARKUP}"
    topics = await tab.page.locator(f"{tab.drawing('topics')} ol li").all_inner_texts()
    assert all(topic.startswith(MARKUP) for topic in topics)
    assert MARKUP in await tab.page.locator(f"{tab.drawing('engagement')} dl").inner_text()
    assert MOOD in (await tab.page.locator(f"{tab.drawing('style')} table").text_content() or "")
    assert await tab.page.locator("main :is(img, script, b)").count() == 0
    assert await tab.page.evaluate("window.hit") is None


async def test_the_theme_reaches_into_the_charts(tab: Visit) -> None:
    await tab.go("user", id="much")
    canvas = tab.page.locator(f"{tab.drawing('forgetting')} canvas")
    light = await canvas.evaluate(COLOUR)

    await tab.page.locator("#theme").click()
    await tab.page.locator("#theme").click()

    assert await tab.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert await canvas.evaluate(COLOUR) != light


async def test_the_quality_of_a_bot_is_found_by_its_name(tab: Visit) -> None:
    await tab.go("bots")

    await tab.page.get_by_role("link", name="aria").click()
    await tab.drawn()

    canvas = tab.page.locator(".drawing[data-name='quality'] canvas")
    assert await canvas.evaluate(INK)
    assert await tab.page.locator("nav [aria-current]").inner_text() == "Bots"


async def test_a_bot_is_named_as_its_host_named_it(tab: Visit) -> None:
    await tab.go("bots")

    await tab.page.get_by_role("link", name=MARKUP).click()

    assert await tab.page.locator("h1").inner_text() == f"Bot {MARKUP}"
    assert await tab.page.locator("main :is(img, script, b)").count() == 0


async def test_a_bot_that_nobody_knows_is_not_found(browser: Browser, daemon: str) -> None:
    async with visit(browser, daemon) as tab:
        answer = await tab.page.goto(f"{daemon}/admin/bot?name=nobody")

    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("user", {"id": "much"}),
        ("user", {"id": "little"}),
        ("user", {"id": "sly"}),
        ("bots", {}),
        ("bot", {"name": "aria"}),
    ],
)
async def test_a_phone_scrolls_down_only(browser: Browser, daemon: str, path: str, query: dict[str, str]) -> None:
    async with visit(browser, daemon, viewport={"width": 375, "height": 800}) as tab:
        await tab.go(path, **query)

        needed, given = await tab.page.evaluate(WIDTH)

    assert needed <= given


async def test_without_script_there_are_words_and_tables(browser: Browser, daemon: str) -> None:
    async with visit(browser, daemon, java_script_enabled=False) as tab:
        await tab.page.goto(f"{daemon}/admin/user?id=much")

        said = await tab.page.locator(f"{tab.drawing('forgetting')} .sentence").inner_text()
        rows = await tab.page.locator(f"{tab.drawing('forgetting')} tbody tr").count()

    assert said.startswith("A typical memory")
    assert rows > 0


async def test_what_is_swapped_in_is_drawn(tab: Visit) -> None:
    await tab.go("user", id="much")
    await tab.page.evaluate(
        "document.querySelectorAll('canvas[data-figure]').forEach(each => delete each.dataset.drawn)"
    )

    await tab.page.evaluate(
        "htmx.trigger(document.getElementById('charts'), 'htmx:load', {elt: document.getElementById('charts')})"
    )

    await tab.drawn()
