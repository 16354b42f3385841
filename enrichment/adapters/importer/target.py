"""The collection that messages are imported into: created where it is missing, never bent where it is not."""

from collections.abc import Mapping, Sequence

from qdrant_client.http import models

from enrichment.adapters.importer.lines import Vectors
from enrichment.adapters.qdrant.server import QdrantFailure, Server
from enrichment.errors import ConfigurationError
from enrichment.producer import INDEXES, create_indexes

Shape = Mapping[str, int]


class Target:
    """A collection and the vectors it takes; ``shape`` is None as long as it does not exist."""

    def __init__(self, server: Server, collection: str, shape: Shape | None, indexed: Sequence[str]) -> None:
        self.collection = collection
        self.ready = False
        self._server = server
        self._shape = shape
        self._indexed = indexed
        self._only_name = ""

    async def existing(self, point_ids: Sequence[str]) -> set[str]:
        """Return those of the points that are there."""
        if self._shape is None:
            return set()
        records = await self._server.ask(
            "to look for messages",
            lambda: self._server.client.retrieve(
                self.collection, list(point_ids), with_payload=False, timeout=self._server.timeout
            ),
        )
        return {str(record.id) for record in records}

    async def prepare(self, shape: Shape) -> None:
        """Make the collection take vectors of this shape, and have its indexes; ``ConfigurationError`` if it cannot."""
        if self._shape is None:
            await self._create(shape)
        elif list(shape) == [""] and len(self._shape) == 1:
            # An unnamed vector goes where there is only one place for it.
            self._only_name = next(iter(self._shape))
        self._refuse_other_sizes({self._only_name or name: size for name, size in shape.items()})
        if not set(INDEXES) <= set(self._indexed):
            await self._server.ask("to create indexes", lambda: create_indexes(self._server.client, self.collection))
        self.ready = True

    async def write(self, points: Sequence[tuple[str, dict[str, object], Vectors]]) -> None:
        """Write new points; they are there when this returns."""
        written = await self._server.ask(
            "to write messages",
            lambda: self._server.client.upsert(
                self.collection,
                [
                    models.PointStruct(id=name, payload=payload, vector=self._struct(each))
                    for name, payload, each in points
                ],
                wait=True,
                timeout=self._server.timeout,
            ),
        )
        if written.status != models.UpdateStatus.COMPLETED:
            raise QdrantFailure("did not finish writing messages")

    async def _create(self, shape: Shape) -> None:
        await self._server.ask(
            "to create a collection",
            lambda: self._server.client.create_collection(
                self.collection, vectors_config=_config(shape), timeout=self._server.timeout
            ),
        )
        self._shape = shape

    def _refuse_other_sizes(self, shape: Shape) -> None:
        there = self._shape or {}
        if all(there.get(name) == size for name, size in shape.items()):
            return
        raise ConfigurationError(
            f"the collection {self.collection} takes vectors of {_sizes(there)}, not of {_sizes(shape)}: put them into "
            "the file as `vector`, let ENRICHMENT_EMBEDDING__BASE_URL and __NAME point to the model that made its "
            "vectors, or choose another collection"
        )

    def _struct(self, vectors: Vectors) -> models.VectorStruct:
        named = {self._only_name or name: list(vector) for name, vector in vectors.items()}
        return named[""] if list(named) == [""] else {**named}


async def opened(server: Server, collection: str) -> Target:
    """Look at the collection, if it is there."""
    aliases = await server.ask("to list aliases", server.client.get_aliases)
    aliased = any(each.alias_name == collection for each in aliases.aliases)
    if not aliased and not await server.exists(collection):
        return Target(server, collection, None, ())
    info = await server.ask("to describe a collection", lambda: server.client.get_collection(collection))
    vectors = info.config.params.vectors
    shape = {"": vectors.size} if isinstance(vectors, models.VectorParams) else _shape(vectors or {})
    return Target(server, collection, shape, list(info.payload_schema or {}))


def _shape(vectors: Mapping[str, models.VectorParams]) -> Shape:
    return {name: params.size for name, params in vectors.items()}


def _config(shape: Shape) -> models.VectorParams | dict[str, models.VectorParams]:
    named = {name: models.VectorParams(size=size, distance=models.Distance.COSINE) for name, size in shape.items()}
    return named[""] if list(named) == [""] else named


def _sizes(shape: Shape) -> str:
    return ", ".join(f"{size} ({name})" if name else str(size) for name, size in shape.items()) or "none"
