"""What was done: runs, and calls to the model with the batches that they were for."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from enrichment.web.admin.pages import MOST_CHARACTERS, Number, Pages
from enrichment.web.admin.ports import Oversight


def router(oversight: Oversight, pages: Pages) -> APIRouter:
    """Return the pages of what was done."""
    made = APIRouter()

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
