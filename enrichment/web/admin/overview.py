"""How things stand, live, and whether workers take work; runs, and calls to the model with their batches."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from enrichment.web.admin.pages import MOST_CHARACTERS, Number, Pages, go_to
from enrichment.web.admin.ports import Action, Administration
from enrichment.web.admin.trail import Noting

MOST_REASON = 200


def router(administration: Administration, pages: Pages, noting: Noting) -> APIRouter:
    """Return the pages of the work as a whole."""
    made = APIRouter()
    oversight, pausing = administration.oversight, administration.pausing

    @made.get("/")
    async def overview(request: Request) -> Response:
        return pages.page(request, "overview.html", standing=await oversight.standing())

    @made.get("/now")
    async def now(request: Request) -> Response:
        return pages.page(request, "now.html", standing=await oversight.standing())

    @made.post("/pause")
    async def pause(request: Request, reason: Annotated[str, Form(max_length=MOST_REASON)] = "") -> Response:
        async with noting.noted(request, Action.PAUSE) as counts:
            counts["pauses"] += await pausing.pause(reason.strip())
        return go_to(request, "/", "paused" if counts.total() else "paused_already")

    @made.post("/resume")
    async def resume(request: Request) -> Response:
        async with noting.noted(request, Action.RESUME) as counts:
            counts["pauses"] += await pausing.resume()
        return go_to(request, "/", "resumed" if counts.total() else "not_paused")

    @made.get("/runs")
    async def runs(request: Request, number: Number = 1) -> Response:
        return pages.page(request, "runs.html", page=await oversight.runs(number))

    @made.get("/batches")
    async def batches(
        request: Request,
        user_id: Annotated[str, Query(alias="id", max_length=MOST_CHARACTERS)] = "",
        number: Number = 1,
    ) -> Response:
        found = await oversight.calls(user_id or None, number)
        return pages.page(request, "batches.html", user_id=user_id, page=found)

    return made
