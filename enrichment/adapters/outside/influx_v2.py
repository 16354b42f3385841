"""Measurements from InfluxDB 2.x: Flux over ``/api/v2/query``, answered in annotated CSV.

https://docs.influxdata.com/influxdb/v2/api/ and https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/.
Series stay apart, because one table cannot hold numbers and flags: points are put together here.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import httpx

from enrichment.adapters.outside.http import NAME, Question, answer
from enrichment.adapters.outside.measurements import Naming, Point, measurements
from enrichment.adapters.resilience import Retries
from enrichment.engines.outside import Measured
from enrichment.errors import ConfigurationError, DependencyUnavailable

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.")
_OF_A_POINT = ("_time", "_field", "_value", "_measurement")


class InfluxV2Metrics:
    """``QualityMetrics`` from a bucket of InfluxDB 2.x; the client knows the server's address and token."""

    def __init__(
        self, http: httpx.AsyncClient, bucket: str, organisation: str, naming: Naming, retries: Retries
    ) -> None:
        self._http = http
        self._bucket = bucket
        self._organisation = organisation
        self._naming = naming
        self._retries = retries

    async def measured(self, bot_name: str, since: datetime, until: datetime, limit: int) -> Sequence[Measured]:
        question = Question(
            method="POST",
            path="api/v2/query",
            params={"org": self._organisation},
            headers={"accept": "application/csv", "content-type": "application/vnd.flux"},
            content=flux(self._bucket, bot_name, self._naming, (since, until), limit).encode(),
        )
        body = await answer(self._http, question, self._retries)
        return measurements(_points(body, self._naming), self._naming)


def flux(bucket: str, bot_name: str, naming: Naming, between: tuple[datetime, datetime], limit: int) -> str:
    """Return a script; ``limit`` is that of one series."""
    start, stop = (at.isoformat() for at in between)
    wanted = " or ".join(
        f"(r._measurement == {literal(name)} and (" + " or ".join(f"r._field == {literal(f)}" for f in fields) + "))"
        for name, fields in naming.fields_by_name.items()
    )
    return (
        f"from(bucket: {literal(bucket)})\n"
        f"  |> range(start: time(v: {literal(start)}), stop: time(v: {literal(stop)}))\n"
        f"  |> filter(fn: (r) => r[{literal(naming.bot)}] == {literal(bot_name)})\n"
        f"  |> filter(fn: (r) => {wanted})\n"
        f'  |> sort(columns: ["_time"])\n'
        f"  |> limit(n: {int(limit)})\n"
    )


def literal(text: str) -> str:
    """Return a string of Flux, whatever is in it: all but the plainest characters by the numbers of their bytes.

    https://docs.influxdata.com/flux/v0/spec/lexical-elements/#string-literals; so that no quote ends it and no ``${``
    is evaluated.
    """
    return '"' + "".join(c if c in _PLAIN else "".join(f"\\x{b:02x}" for b in c.encode()) for c in text) + '"'


def _points(body: bytes, naming: Naming) -> list[Point]:
    """Put together what belongs to one point: the fields of one moment and one series."""
    points: dict[tuple[Any, ...], Point] = {}
    for row in rows(body):
        if "error" in row and "_value" not in row:
            # Not quoted: an error repeats the script, names of people included.
            raise ConfigurationError("ENRICHMENT_QUALITY: InfluxDB refused the query: check the bucket and the names")
        at, name = _time(row.get("_time", "")), row.get("_measurement", "")
        tags = tuple(sorted(pair for pair in row.items() if pair[0] not in _OF_A_POINT and pair[0] != "table"))
        key = (at, name, tags)
        point = points.setdefault(key, Point(name, row.get(naming.user, ""), at, {}))
        points[key] = point._replace(fields={**point.fields, row.get("_field", ""): row.get("_value", "")})
    return list(points.values())


def rows(body: bytes) -> Iterator[dict[str, str]]:
    """Yield the records of annotated CSV by column; each table brings its own annotations, defaults and header."""
    header: list[str] | None = None
    defaults: list[str] = []
    try:
        for cells in csv.reader(io.StringIO(body.decode())):
            if not any(cells):
                header = None
            elif cells[0].startswith("#"):
                header, defaults = None, cells if cells[0] == "#default" else defaults
            elif header is None:
                header = cells
            else:
                filled = [cell or default for cell, default in zip(cells, defaults or cells, strict=False)]
                yield {name: cell for name, cell in zip(header, filled, strict=False) if name}
    except (UnicodeDecodeError, csv.Error) as error:
        raise DependencyUnavailable(NAME, "the answer is not annotated CSV") from error


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise DependencyUnavailable(NAME, "the answer has a time that cannot be read") from error
    if at.tzinfo is None:
        raise DependencyUnavailable(NAME, "the answer has a time without a zone")
    return at
