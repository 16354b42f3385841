"""The fixtures: a collection of each generation of agents, and what must become of its points."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from enrichment.adapters.qdrant.rules import BOT_PATTERN, Rules
from enrichment.domain.messages import Message, PointRef, Skipped
from tests.adapters.qdrant.worlds import World

FOLDER = Path(__file__).parent / "fixtures"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
# A test's collections have names of their own, in front.
RULES = Rules(bot_pattern=re.compile(r"(?:t[0-9a-f]{8}\.)?" + BOT_PATTERN.pattern))


@dataclass(frozen=True)
class Generation:
    collection: str
    alias: str | None
    vectors: tuple[str, ...]
    points: list[dict[str, Any]]
    expected: list[dict[str, Any]]


def generation(name: str) -> Generation:
    raw = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Generation(
        raw["collection"], raw.get("alias"), tuple(raw.get("vectors", ())), raw["points"], raw["expected"]
    )


async def stored(world: World, name: str) -> str:
    """Put a generation's points into the world; return the collection's name there."""
    given = generation(name)
    collection = world.name(given.collection)
    await world.create(collection, given.vectors)
    for point in given.points:
        await world.put(PointRef(collection, str(point["id"])), point["payload"], given.vectors)
    return collection


def told(item: Message | Skipped, expectation: dict[str, Any]) -> dict[str, Any]:
    """Return what an item says about all that is expected of it."""
    return {name: _SPECIAL.get(name, attrgetter(name))(item) for name in expectation}


_SPECIAL: dict[str, Callable[[Any], object]] = {
    "id": attrgetter("ref.point_id"),
    "role": attrgetter("role.value"),
    "said_at": lambda message: message.said_at.isoformat(),
    "points": lambda message: [ref.point_id for ref in message.points],
    "emotion": attrgetter("emotion.label"),
    "emotion_intensity": attrgetter("emotion.intensity"),
    "skipped": attrgetter("reason"),
}
