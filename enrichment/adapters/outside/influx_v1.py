"""Measurements from InfluxDB 1.x: InfluxQL over ``/query``.

Values are bound, names are quoted: https://docs.influxdata.com/influxdb/v1/tools/api/#bind-parameters and
https://docs.influxdata.com/influxdb/v1/query_language/spec/#identifiers.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson

from enrichment.adapters.outside.http import NAME, Question, answer
from enrichment.adapters.outside.measurements import Naming, Point, measurements
from enrichment.adapters.resilience import Retries
from enrichment.engines.outside import Measured
from enrichment.errors import ConfigurationError, DependencyUnavailable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE = timedelta(microseconds=1)


class InfluxV1Metrics:
    """``QualityMetrics`` from a database of InfluxDB 1.x; the client knows the server's address and password."""

    def __init__(self, http: httpx.AsyncClient, database: str, naming: Naming, retries: Retries) -> None:
        self._http = http
        self._database = database
        self._naming = naming
        self._retries = retries

    async def measured(self, bot_name: str, since: datetime, until: datetime, limit: int) -> Sequence[Measured]:
        query = influxql(self._naming, since, until, limit)
        params = {
            "db": self._database,
            "q": query,
            "params": orjson.dumps({"bot": bot_name}).decode(),
            "epoch": "u",
        }
        body = await answer(self._http, Question(method="GET", path="query", params=params), self._retries)
        return measurements(_points(body, self._naming), self._naming)


def influxql(naming: Naming, since: datetime, until: datetime, limit: int) -> str:
    """Return a statement for each measurement, all in one request; ``limit`` is that of one series."""
    return "; ".join(
        f"select {', '.join(map(quoted, fields))} from {quoted(name)} "  # noqa: S608 - names are quoted, values bound
        f"where {quoted(naming.bot)} = $bot and time >= {_stamp(since)}u and time < {_stamp(until)}u "
        f"group by {quoted(naming.user)} order by time asc limit {int(limit)}"
        for name, fields in naming.fields_by_name.items()
    )


def quoted(name: str) -> str:
    """Return a name as InfluxQL takes it, whatever is in it."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _stamp(at: datetime) -> int:
    return (at - _EPOCH) // _ONE


def _points(body: bytes, naming: Naming) -> Iterator[Point]:
    """Read ``{"results": [{"series": [{"name", "tags", "columns", "values"}]}]}``; an error is a part of it."""
    for series in _series(body):
        user_id = str(series.get("tags", {}).get(naming.user, ""))
        for values in series.get("values", ()):
            fields = dict(zip(series["columns"], values, strict=True))
            at = _EPOCH + fields.pop("time") * _ONE
            yield Point(series["name"], user_id, at, fields)


def _series(body: bytes) -> list[dict[str, Any]]:
    try:
        results = orjson.loads(body)["results"]
    except (ValueError, TypeError, KeyError) as error:
        raise DependencyUnavailable(NAME, "the answer is not InfluxDB's") from error
    if any("error" in result for result in results):
        # Not quoted: an error repeats the statement, names of people included.
        raise ConfigurationError("ENRICHMENT_QUALITY: InfluxDB refused the query: check the database and the names")
    return [series for result in results for series in result.get("series", ())]
