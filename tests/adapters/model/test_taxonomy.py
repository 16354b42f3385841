"""The table of what providers say, in docs/model-errors.md, is what the client makes of it, row by row."""

import re
from collections.abc import AsyncIterator

import pytest

from bench.model_server import Behaviour, Dropped, Hanging, ModelServer, Saying
from enrichment.adapters.model import failures
from enrichment.adapters.model.openai_compatible import Endpoint, OpenAICompatible, openai_compatible
from enrichment.errors import ModelError, ModelFailure
from tests.adapters.model.asking import answered
from tests.adapters.model.providers.scripted import Body, Page, With
from tests.house.sources import ROOT

Row = tuple[str, str, str]
OF_THE_TEXT = {ModelFailure.SCHEMA.value, ModelFailure.REJECTED_ITEMS.value}
NOT_SAID = {ModelFailure.CRASH.value, ModelFailure.FORM.value}
REFUSAL = re.compile(r"finish_reason `(\w+)`")


def rows(title: str) -> list[list[str]]:
    """Return the cells of the table below a heading, without its head."""
    text = (ROOT / "docs/model-errors.md").read_text().split(f"## {title}")[1].split("\n## ")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"][2:]


SAID: list[Row] = [(status, sign, failure) for status, sign, failure in rows("What is said, and what it means")]
PLAYED = [row for row in SAID if row[2] not in OF_THE_TEXT]
UNREACHABLE = "http://127.0.0.1:1/v1"


def error(sign: str) -> dict[str, object]:
    """Build an error that carries what the row names."""
    codes, params = re.search(r"code `(\w+)`", sign), re.search(r"param `(\w+)`", sign)
    metadata: dict[str, object] = {}
    metadata |= {"reasons": ["violence"]} if "reasons" in sign else {}
    metadata |= {"limit_source": "openrouter_in_flight_budget"} if "limit_source" in sign else {}
    code, param = codes and codes[1], params and params[1]
    return {"error": {"message": "…", "type": "error", "code": code, "param": param, "metadata": metadata}}


OTHER: dict[str, Behaviour] = {
    "message.refusal, a text": With(message={"content": None, "refusal": "No."}),
    "message.content null or empty": With(message={"content": None}),
    "no JSON": Page(),
    "no answer within the deadline": Hanging(),
    "a connection that ends too soon": Dropped(),
    "no connection": Dropped(),
}


def behaviour_of(status: str, sign: str) -> Behaviour:
    if finish := REFUSAL.search(sign):
        return With(choice={"finish_reason": finish[1]})
    if sign in OTHER:
        return OTHER[sign]
    headers = {"retry-after": "2"} if "Retry-After" in sign else {}
    return Body(error(sign), 418 if status == "any" else int(status), headers)


@pytest.fixture
async def client(model_server: ModelServer) -> AsyncIterator[OpenAICompatible]:
    async with openai_compatible(Endpoint(base_url=model_server.base_url, name="x", timeout_seconds=0.5)) as opened:
        yield opened


@pytest.mark.parametrize(("status", "sign", "failure"), PLAYED, ids=[f"{row[0]} {row[1]}" for row in PLAYED])
async def test_each_row_means_what_the_table_says(
    client: OpenAICompatible, model_server: ModelServer, status: str, sign: str, failure: str
) -> None:
    behaviour = behaviour_of(status, sign)
    answers_probes = "answers a probe" in sign
    model_server.decide = lambda request: Saying("ok") if answers_probes and "Say ok" in request.text else behaviour

    with pytest.raises(ModelError) as raised:
        await answered(client)

    assert raised.value.failure.value == failure


async def test_nobody_listening_is_transport() -> None:
    async with openai_compatible(Endpoint(base_url=UNREACHABLE, name="x")) as client:
        with pytest.raises(ModelError) as raised:
            await answered(client)

    assert raised.value.failure is ModelFailure.TRANSPORT


def test_every_code_that_the_client_knows_is_in_the_table() -> None:
    known = failures.QUOTA_CODES | failures.POLICY_CODES | failures.TOO_LONG_CODES | failures.NO_MODEL_CODES

    assert {found[1] for _, sign, _ in SAID if (found := re.search(r"code `(\w+)`", sign))} == known


def test_every_failure_has_a_row_in_each_table() -> None:
    all_failures = {failure.value for failure in ModelFailure}

    assert {row[2] for row in SAID} == all_failures - NOT_SAID
    assert {row[0] for row in rows("What follows from it")} == all_failures
