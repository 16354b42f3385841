"""Options that choose messages, and how their values are read."""

from datetime import UTC, datetime

import click

from enrichment.domain.messages import PointRef


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date or time; UTC where it names no zone."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return an aware time, or fail naming the option."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an ISO 8601 date or time, such as 2026-01-31T18:00:00+01:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Point(click.ParamType[PointRef]):
    """``collection/point id``, as the commands print it."""

    name = "id"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> PointRef:
        """Return the point, or fail naming the argument."""
        collection, slash, point_id = value.rpartition("/")
        if not (collection and slash and point_id):
            self.fail(f"{value!r} is not a collection and a point id with a slash between them", param, ctx)
        return PointRef(collection, point_id)


def shown(ref: PointRef) -> str:
    """Return a point as it is printed and typed."""
    return f"{ref.collection}/{ref.point_id}"
