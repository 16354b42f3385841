"""The pages that machines ask: ``/livez``, ``/readyz``, ``/progress`` and ``/metrics``."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Protocol

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Verdict(Protocol):
    """An answer, and what it rests on in closed words."""

    @property
    def ok(self) -> bool:
        """Whether all is well."""

    @property
    def details(self) -> Mapping[str, str]:
        """What was found."""


class Vitals(Protocol):
    """One worker's health and metrics."""

    def live(self) -> Verdict:
        """Tell whether the loop still turns; False is a reason to restart the process, and nothing else is."""

    async def ready(self) -> Verdict:
        """Tell whether all that the worker needs is there."""

    async def progressing(self) -> Verdict:
        """Tell whether what waits is being worked off."""

    async def metrics(self) -> bytes:
        """Return the metrics in the text form of Prometheus."""


def probe_routes(vitals: Vitals) -> Sequence[Route]:
    """Return the routes; none of them shows a name, an address or a word of anybody's."""

    async def livez(_: Request) -> Response:
        return _answer(vitals.live())

    async def readyz(_: Request) -> Response:
        return _answer(await vitals.ready())

    async def progress(_: Request) -> Response:
        return _answer(await vitals.progressing())

    async def metrics(_: Request) -> Response:
        return Response(await vitals.metrics(), media_type=CONTENT_TYPE_LATEST)

    pages = {"/livez": livez, "/readyz": readyz, "/progress": progress, "/metrics": metrics}
    return [Route(path, page, methods=["GET"]) for path, page in pages.items()]


def _answer(verdict: Verdict) -> Response:
    status = HTTPStatus.OK if verdict.ok else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"ok": verdict.ok, **verdict.details}, status_code=status)
