"""What is held up: messages that no model could read."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from enrichment.domain.messages import PointRef
from enrichment.web.admin.pages import MOST_CHARACTERS, Number, Pages, go_to
from enrichment.web.admin.ports import Action, Quarantine
from enrichment.web.admin.trail import Noting

Name = Annotated[str, Form(min_length=1, max_length=MOST_CHARACTERS)]


def router(quarantine: Quarantine, pages: Pages, noting: Noting) -> APIRouter:
    """Return the pages of what is held up."""
    made = APIRouter()

    @made.get("/quarantine")
    async def quarantined(
        request: Request,
        reason: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "",
        number: Number = 1,
    ) -> Response:
        found = await quarantine.page(reason or None, number)
        return pages.page(request, "quarantine.html", page=found, reason=reason, reasons=await quarantine.reasons())

    @made.post("/quarantine/retry")
    async def retry(request: Request, collection: Name, point_id: Name) -> Response:
        async with noting.noted(request, Action.RETRY, about="one") as counts:
            counts["points"] += await quarantine.retry(refs=[PointRef(collection, point_id)])
        return go_to(request, "/quarantine", "retried" if counts.total() else "gone")

    @made.post("/quarantine/retry-all")
    async def retry_all(request: Request, reason: Annotated[str, Form(max_length=MOST_CHARACTERS)] = "") -> Response:
        async with noting.noted(request, Action.RETRY, about="all") as counts:
            counts["points"] += await quarantine.retry(reason=reason or None)
        return go_to(request, "/quarantine", "retried_all" if counts.total() else "gone")

    @made.post("/quarantine/drop")
    async def drop(request: Request, collection: Name, point_id: Name) -> Response:
        async with noting.noted(request, Action.DROP, about="one") as counts:
            counts["points"] += await quarantine.give_up([PointRef(collection, point_id)])
        return go_to(request, "/quarantine", "dropped" if counts.total() else "gone")

    return made
