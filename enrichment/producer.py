"""What an agent that writes messages imports: one line to stamp a payload, one to create the indexes.

    await client.upsert("chat", [PointStruct(id=point_id, vector=vector, payload=stamp(payload, point_id))])

Once, when the collection is created:

    await create_indexes(client, "chat")

The fields of a payload are described by ``config/message.schema.json``, for agents in any language.
"""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uuid import UUID

    from qdrant_client import AsyncQdrantClient

    PointId = str | int | UUID

STATUS: Final = "enrichment_status"
REVISION: Final = "enrichment_rev"
PENDING: Final = "pending"

# What the worker filters by, and how Qdrant has to index it.
INDEXES: Final[Mapping[str, str]] = {STATUS: "keyword", "user_id": "keyword", "timestamp": "datetime"}


def stamp(
    payload: Mapping[str, object], point_id: "str | int | UUID", *, text_field: str = "content"
) -> dict[str, object]:
    """Return a copy of the payload that asks for enrichment; call it again for each new text of a point.

    The revision lets the worker see that a point's text was replaced while it was being read.
    """
    text = payload.get(text_field)
    return {**payload, STATUS: PENDING, REVISION: revision(point_id, text if isinstance(text, str) else "")}


def revision(point_id: "PointId", text: str) -> str:
    """Return the hash of a point's id and text: 32 hexadecimal digits, no other point and no other text has them."""
    material = f"{point_id}\0{text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(material).hexdigest()[:32]


async def create_indexes(client: "AsyncQdrantClient", collection: str, *, numeric_user_ids: bool = False) -> None:
    """Create the payload indexes that the worker needs; those that exist stay as they are.

    A keyword index holds no numbers: say ``numeric_user_ids`` where ``user_id`` is one.
    """
    for field, kind in INDEXES.items():
        wanted = "integer" if field == "user_id" and numeric_user_ids else kind
        await client.create_payload_index(collection, field, field_schema=wanted)  # type: ignore[arg-type]  # plain text goes over the wire
