"""What differs: the comparison of the store with the ledger, which goes on in the background."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from enrichment.web.admin.pages import Pages, go_to
from enrichment.web.admin.ports import Action, Oversight, Reconciling
from enrichment.web.admin.trail import Noting


def router(reconciling: Reconciling, oversight: Oversight, pages: Pages, noting: Noting) -> APIRouter:
    """Return the pages of reconciliations."""
    made = APIRouter()

    @made.get("/reconcile")
    async def reconcile(request: Request) -> Response:
        standing = await oversight.standing()
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
