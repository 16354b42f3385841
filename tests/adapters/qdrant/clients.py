"""Clients of a server in trouble: each does one thing otherwise than the ordinary one."""

# ruff: noqa: ANN401  # arguments are passed on as they come

from collections.abc import Sequence
from typing import Any

import httpx
from qdrant_client import AsyncQdrantClient
from qdrant_client.http import models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse


class OnlyNoted(AsyncQdrantClient):
    """Writes are done, but the server only says that it has taken note of them."""

    async def set_payload(self, *args: Any, **kwargs: Any) -> models.UpdateResult:
        result = await super().set_payload(*args, **kwargs)
        return result.model_copy(update={"status": models.UpdateStatus.ACKNOWLEDGED})


class Slow(AsyncQdrantClient):
    """More than a few points at once take too long."""

    most = 3
    asked: list[int]

    async def retrieve(
        self, collection_name: str, ids: Sequence[Any], *args: Any, **kwargs: Any
    ) -> list[models.Record]:
        self.asked = [*getattr(self, "asked", []), len(ids)]
        if len(ids) > self.most:
            raise ResponseHandlingException(httpx.ReadTimeout("slow"))
        return await super().retrieve(collection_name, ids, *args, **kwargs)


class Strict(AsyncQdrantClient):
    """Filters on fields without an index are forbidden."""

    async def set_payload(self, *args: Any, **kwargs: Any) -> models.UpdateResult:
        if "FieldCondition" in repr(kwargs["points"]):
            raise UnexpectedResponse(400, "Bad Request", b"{}", httpx.Headers())
        return await super().set_payload(*args, **kwargs)


class Recording(AsyncQdrantClient):
    """Remembers what was written, and how the points were chosen."""

    writes: list[tuple[dict[str, Any], list[str]]]

    async def set_payload(self, collection_name: str, payload: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        conditions = [type(each).__name__ for each in kwargs["points"].must]
        self.writes = [*getattr(self, "writes", []), (payload, conditions)]
        return await super().set_payload(collection_name, payload, *args, **kwargs)
