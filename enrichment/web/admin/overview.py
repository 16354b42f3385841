"""How things stand, live, and whether workers take work."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from enrichment.web.admin.pages import Pages, go_to
from enrichment.web.admin.ports import Action, Oversight, Pausing
from enrichment.web.admin.trail import Noting

MOST_REASON = 200


def router(oversight: Oversight, pausing: Pausing, pages: Pages, noting: Noting) -> APIRouter:
    """Return the pages of the work as a whole."""
    made = APIRouter()

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

    return made
