"""The collection of a test, as the writing agent and the oracle see it: straight over HTTP, past every proxy."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx

from enrichment.producer import INDEXES, PENDING, STATUS
from tests.faults.canaries import Said
from tests.leaks import keep_private

_PAGE = 2_000


class Chat:
    """One collection of one Qdrant; no connection is kept, because the server may be another process next time."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self._http = httpx.Client(base_url=url, timeout=20, limits=httpx.Limits(max_keepalive_connections=0))

    def create(self) -> None:
        """Make the collection with the indexes that the worker needs."""
        self._do("PUT", "", {"vectors": {"size": 2, "distance": "Cosine"}})
        for field, kind in INDEXES.items():
            self._do("PUT", "/index?wait=true", {"field_name": field, "field_schema": kind})

    def delete(self) -> None:
        """Remove it."""
        self._do("DELETE", "")

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def write(self, said: Iterable[Said]) -> None:
        """Store messages, new or edited, as an agent does."""
        said = list(said)
        keep_private(each.text for each in said)
        points = [{"id": each.point_id, "vector": [1.0, 0.5], "payload": each.payload} for each in said]
        for start in range(0, len(points), _PAGE):
            self._do("PUT", "/points?wait=true", {"points": points[start : start + _PAGE]})

    def remove(self, said: Iterable[Said]) -> None:
        """Delete messages, as an agent does."""
        self._do("POST", "/points/delete?wait=true", {"points": [each.point_id for each in said]})

    def set_status(self, said: Iterable[Said], status: str) -> None:
        """Write a status past the worker."""
        selected = {"must": [{"has_id": [each.point_id for each in said]}]}
        self._do("POST", "/points/payload?wait=true", {"payload": {STATUS: status}, "filter": selected})

    def payloads(self) -> dict[str, Mapping[str, Any]]:
        """Return all points' payloads by their ids; the scan is unfiltered, so that a stale index hides nothing."""
        found: dict[str, Mapping[str, Any]] = {}
        offset: object = None
        while True:
            body = {"limit": _PAGE, "with_payload": True, "with_vector": False, "offset": offset}
            page = self._do("POST", "/points/scroll", body)
            found |= {str(point["id"]): point["payload"] for point in page["points"]}
            offset = page["next_page_offset"]
            if offset is None:
                return found

    def statuses(self) -> dict[str, str | None]:
        """Return all points' statuses by their ids."""
        return {point_id: payload.get(STATUS) for point_id, payload in self.payloads().items()}

    def pending(self) -> int:
        """Count the points that are pending."""
        return sum(status == PENDING for status in self.statuses().values())

    def _do(self, method: str, path: str, body: Mapping[str, Any] | Sequence[Any] | None = None) -> Any:  # noqa: ANN401  # any JSON
        reply = self._http.request(method, f"/collections/{self.name}{path}", json=body)
        return reply.raise_for_status().json()["result"]
