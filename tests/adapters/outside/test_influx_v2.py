"""Measurements from a server that answers as InfluxDB 2.x is documented to.

https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from enrichment.adapters.outside.influx_v2 import InfluxV2Metrics, flux, literal
from enrichment.adapters.outside.measurements import Naming
from enrichment.adapters.resilience import Retries
from enrichment.engines.outside import Measured
from enrichment.errors import ConfigurationError, DependencyUnavailable
from tests.adapters.importer.serving import served

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)
NAMING = Naming(metrics={"engagement": [("conversation_quality", "engagement_score")]})
# Two tables of one point, since numbers and flags cannot be in one, each with annotations of its own.
ANSWER = """\
#group,false,false,true,true,false,false,true,true,true,true
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string,string
#default,_result,,,,,,,,,
,result,table,_start,_stop,_time,_value,_field,_measurement,bot,user_id
,,0,2026-03-01T12:00:00Z,2026-03-01T15:00:00Z,2026-03-01T12:30:00.5Z,0.75,engagement_score,conversation_quality,luna,anna
,,1,2026-03-01T12:00:00Z,2026-03-01T15:00:00Z,2026-03-01T13:00:00.123456789Z,0.25,engagement_score,conversation_quality,luna,"b,en"

#group,false,false,true,true,false,false,true,true,true,true
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,boolean,string,string,string,string
#default,_result,,,,,,,,,
,result,table,_start,_stop,_time,_value,_field,_measurement,bot,user_id
,,2,2026-03-01T12:00:00Z,2026-03-01T15:00:00Z,2026-03-01T12:30:00.5Z,true,has_user_feedback,conversation_quality,luna,anna

"""
REFUSAL = "#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,Failed to parse query,897\n"


async def measured(handler: Callable[[Request], Awaitable[Response]]) -> list[Measured]:
    application = Starlette(routes=[Route("/api/v2/query", handler, methods=["POST"])])
    async with (
        served(application) as address,
        httpx.AsyncClient(base_url=address, headers={"authorization": "Token secret"}) as http,
    ):
        source = InfluxV2Metrics(http, "performance_metrics", "home", NAMING, Retries(attempts=2, base_seconds=0.01))
        return [*await source.measured("luna", NOON, LATER, 100)]


def answering(text: str, status: int = 200) -> Callable[[Request], Awaitable[Response]]:
    async def handler(_: Request) -> Response:
        return Response(text, status, media_type="application/csv")

    return handler


async def test_fields_of_one_point_are_put_together_over_tables() -> None:
    found = await measured(answering(ANSWER.replace("\n", "\r\n")))

    assert [(user, q.metric, q.value, q.is_feedback) for user, q in found] == [
        ("anna", "engagement", 0.75, True),
        ("b,en", "engagement", 0.25, False),
    ]
    assert found[0].quality.at == NOON + timedelta(minutes=30, milliseconds=500)


async def test_no_measurement_is_no_value() -> None:
    assert await measured(answering("\r\n")) == []


async def test_the_token_the_organisation_and_the_script_are_sent() -> None:
    seen: dict[str, str] = {}

    async def handler(request: Request) -> Response:
        seen.update(
            dict(request.headers) | {"org": request.query_params["org"], "script": (await request.body()).decode()}
        )
        return Response("")

    await measured(handler)

    assert (seen["authorization"], seen["org"], seen["content-type"]) == (
        "Token secret",
        "home",
        "application/vnd.flux",
    )
    assert seen["script"] == flux("performance_metrics", "luna", NAMING, (NOON, LATER), 100)


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (REFUSAL, 200, ConfigurationError),
        ("", 401, ConfigurationError),
        ("", 404, ConfigurationError),
        ("", 503, DependencyUnavailable),
        ("a,b\n,_time\n,noon", 200, DependencyUnavailable),
    ],
)
async def test_what_a_failure_means_is_said_without_what_was_asked(
    answer: str, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        await measured(answering(answer, status))

    assert "luna" not in str(caught.value)


async def test_a_busy_server_is_asked_again() -> None:
    answers = [Response(status_code=429), Response(ANSWER)]

    async def handler(_: Request) -> Response:
        return answers.pop(0)

    assert len(await measured(handler)) == 2


def test_a_text_cannot_leave_its_quotes_nor_be_evaluated() -> None:
    assert literal('lu"na') == '"lu\\x22na"'
    assert literal("${os.exit()}") == '"\\x24\\x7bos.exit\\x28\\x29\\x7d"'
    assert literal("Лю") == '"\\xd0\\x9b\\xd1\\x8e"'
