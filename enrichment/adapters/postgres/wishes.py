"""Reads what a user wishes of the engines from the row of ``load_pair.sql``."""

import re
from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg

from enrichment.domain.feedback import Forbidden
from enrichment.engines.frame import Courtesy
from enrichment.engines.wishes import Wishes

# The newest are read.
MOST_DISLIKED: Final = 100
_OFFSET = re.compile(r"UTC([+-])(\d{2}):(\d{2})")


def wishes_of(row: asyncpg.Record) -> Wishes:
    """Return them; without a courtesy of the user's own the usual one holds."""
    courtesy = Courtesy()
    if row["consent"] is not None:
        courtesy = Courtesy(consent=row["consent"], quiet=(row["quiet_from"], row["quiet_until"]))
    return Wishes(
        zone=zone_named(row["timezone"]),
        courtesy=courtesy,
        disliked=tuple(row["disliked"] or ()),
        forbidden=Forbidden(words=tuple(row["words"] or ()), claims=frozenset(row["hashes"] or ())),
    )


def zone_named(name: str | None) -> tzinfo | None:
    """Return the zone of a profile: an IANA name, or a distance like ``UTC+02:00``; None for what nobody knows."""
    if name is None:
        return None
    if (offset := _OFFSET.fullmatch(name)) is not None:
        distance = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(distance if offset[1] == "+" else -distance)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
