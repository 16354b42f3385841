"""The commands of the API's page do what it says."""

import re
import shlex
from pathlib import Path
from string import Template
from typing import Any

import httpx
import pytest

from enrichment.adapters.postgres.pool import Database
from enrichment.web.api.problems import Reason
from tests.adapters.postgres.examples import Stage
from tests.reader.examples import Shelf
from tests.web.api.conftest import OPERATOR, Agent, Opened

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
COMMANDS = [block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "curl -s " in block]
VALUES_OF = {"-X", "-H", "-d"}


def request_of(command: str, **variables: object) -> dict[str, Any]:
    """Return what curl would send."""
    _, _, *words = shlex.split(Template(command).substitute(variables), comments=True)
    given = list(zip(words, [*words[1:], ""], strict=True))
    [url] = [word for word, before in zip(words, ["", *words], strict=False) if word[0] == "/" and before[:1] != "-d"]
    body = next((value for name, value in given if name == "-d"), None)
    return {
        "method": next((value for name, value in given if name == "-X"), "GET" if body is None else "POST"),
        "url": url,
        "headers": dict(value.split(": ", 1) for name, value in given if name == "-H"),
        "content": body,
    }


async def test_every_command_of_the_page_is_answered(opened: Opened, database: Database) -> None:
    fact = await Shelf(Stage(database)).fact("lives in Berlin", user_id="4711", bot_name="luna")
    async with opened(token="") as agent:
        answers = [
            await agent.request(**request_of(command, API="", TOKEN=OPERATOR, FACT=fact)) for command in COMMANDS
        ]

    assert [answer.status_code for answer in answers] == [200] * 6
    assert {answer.request.method for answer in answers} == {"GET", "POST", "DELETE"}
    assert "lives in Berlin" in answers[0].json()["prompt"]
    assert answers[4].json()["state"] == "retracted"
    assert answers[5].json()["rows"]["facts"] == 2


async def test_every_route_has_a_command_on_the_page(agent: Agent) -> None:
    document: httpx.Response = await agent.get("/v1/openapi.json")

    for path in document.json()["paths"]:
        assert path.replace("{user_id}", "4711") in PAGE


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_on_the_page(reason: Reason) -> None:
    assert f"`{reason}`" in PAGE
