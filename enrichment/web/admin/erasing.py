"""Erasing a user: what would go, a confirmation that is typed, and the receipt."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from enrichment.web.admin.pages import MOST_CHARACTERS, FormUserId, Pages, UserId, go_to, path_of
from enrichment.web.admin.ports import Action, Erasing
from enrichment.web.admin.trail import Noting


def router(erasing: Erasing, pages: Pages, noting: Noting) -> APIRouter:
    """Return the pages of an erasure."""
    made = APIRouter()

    @made.get("/erase")
    async def preview(request: Request, user_id: UserId) -> Response:
        return pages.page(request, "erase.html", user_id=user_id, rows=await erasing.preview(user_id))

    @made.post("/erase")
    async def erase(
        request: Request,
        user_id: FormUserId,
        typed: Annotated[str, Form(max_length=MOST_CHARACTERS)] = "",
        with_points: Annotated[bool, Form()] = False,  # noqa: FBT002 - a field of a form, named where it is sent
    ) -> Response:
        if typed.strip() != user_id.strip():
            return go_to(request, path_of("/erase", id=user_id), "not_confirmed")
        async with noting.noted(request, Action.ERASE, user_id, "with messages" if with_points else None) as counts:
            receipt = await erasing.erase(user_id, with_points=with_points)
            counts["rows"] += sum(receipt.rows.values())
            counts["points"] += sum(one["deleted"] for one in receipt.points.values())
        return pages.page(request, "erased.html", receipt=receipt)

    return made
