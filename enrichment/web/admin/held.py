"""What is held up and what differs: quarantined messages, and the comparison of the store with the ledger."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from enrichment.domain.messages import PointRef
from enrichment.web.admin.pages import MOST_CHARACTERS, Number, Pages, go_to
from enrichment.web.admin.ports import Action, Administration
from enrichment.web.admin.trail import Noting

Name = Annotated[str, Form(min_length=1, max_length=MOST_CHARACTERS)]


def router(administration: Administration, pages: Pages, noting: Noting) -> APIRouter:
    """Return the pages of what is held up."""
    made = APIRouter()
    quarantine, reconciling = administration.quarantine, administration.reconciling

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

    @made.get("/reconcile")
    async def reconcile(request: Request) -> Response:
        standing = await administration.oversight.standing()
        return pages.page(request, "reconcile.html", latest=reconciling.latest(), sweeps=standing["sweeps"])

    @made.get("/reconcile/now")
    async def now(request: Request) -> Response:
        return pages.page(request, "reconciliation.html", latest=reconciling.latest())

    @made.post("/reconcile")
    async def begin(
        request: Request,
        repair: Annotated[bool, Form()] = False,  # noqa: FBT002 - a field of a form, named where it is sent
    ) -> Response:
        async with noting.noted(request, Action.RECONCILE, about="with repair" if repair else None) as counts:
            counts["begun"] += await reconciling.begin(repair=repair)
        return go_to(request, "/reconcile", "reconciling" if counts.total() else "reconciling_already")

    return made
