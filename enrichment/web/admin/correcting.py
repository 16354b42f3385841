"""Putting right what is known of a user: facts retracted, rows and profiles made anew."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from enrichment.web.admin.pages import MOST_CHARACTERS, FormUserId, go_to, path_of
from enrichment.web.admin.ports import Action, Corrections
from enrichment.web.admin.trail import Noting

BotName = Annotated[str, Form(max_length=MOST_CHARACTERS)]


def router(corrections: Corrections, noting: Noting) -> APIRouter:
    """Return what the forms on the pages of users ask for."""
    made = APIRouter()

    @made.post("/fact/retract")
    async def retract(request: Request, user_id: FormUserId, fact_id: Annotated[uuid.UUID, Form()]) -> Response:
        async with noting.noted(request, Action.RETRACT, user_id) as counts:
            counts["facts"] += await corrections.retract(user_id, fact_id)
        if not counts.total():
            return go_to(request, path_of("/user", id=user_id), "gone")
        return go_to(request, path_of("/fact", id=user_id, fact=str(fact_id)), "retracted")

    @made.post("/user/invalidate")
    async def invalidate(request: Request, user_id: FormUserId, bot_name: BotName = "") -> Response:
        async with noting.noted(request, Action.INVALIDATE, user_id) as counts:
            counts["pairs"] += await corrections.invalidate(user_id, bot_name)
        return go_to(request, path_of("/user", id=user_id), "invalidated" if counts.total() else "gone")

    @made.post("/user/refresh")
    async def refresh(request: Request, user_id: FormUserId, bot_name: BotName = "") -> Response:
        async with noting.noted(request, Action.REFRESH, user_id) as counts:
            counts["pairs"] += await corrections.refresh(user_id, bot_name)
        return go_to(request, path_of("/user", id=user_id), "refreshed" if counts.total() else "busy")

    @made.post("/user/compose")
    async def compose(request: Request, user_id: FormUserId) -> Response:
        async with noting.noted(request, Action.COMPOSE, user_id) as counts:
            counts["profiles"] += await corrections.compose(user_id)
        return go_to(request, path_of("/user", id=user_id), "composed" if counts.total() else "gone")

    return made
