"""Users: found, looked at with the evidence of what is known, and put right."""

import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from starlette.responses import Response

from enrichment.web.admin.pages import MOST_CHARACTERS, FormUserId, Number, Pages, UserId, go_to, path_of
from enrichment.web.admin.ports import Action, Administration, Listed, Row
from enrichment.web.admin.trail import Noting

FACTS = 50
BotName = Annotated[str, Form(max_length=MOST_CHARACTERS)]


def router(administration: Administration, pages: Pages, noting: Noting) -> APIRouter:
    """Return the pages of users."""
    made = APIRouter()
    people, corrections = administration.people, administration.corrections

    @made.get("/users")
    async def users(
        request: Request, words: Annotated[str, Query(alias="q", max_length=MOST_CHARACTERS)] = ""
    ) -> Response:
        # Typing draws the table alone; without scripts, the form brings the whole page.
        template = "found.html" if "hx-request" in request.headers else "users.html"
        return pages.page(request, template, words=words, found=await people.search(words.strip()))

    @made.get("/user")
    async def user(
        request: Request,
        user_id: UserId,
        state: Annotated[str, Query(max_length=20)] = "active",
        number: Number = 1,
    ) -> Response:
        person = await people.person(user_id)
        shown = [fact for fact in person.facts if state in {"all", fact["state"]}]
        return pages.page(
            request,
            "user.html",
            user_id=user_id,
            person=person,
            rows=person.engine_rows,
            state=state,
            facts=_page_of(shown[::-1], number),
            total=len(shown),
        )

    @made.get("/fact")
    async def fact(request: Request, user_id: UserId, fact_id: Annotated[uuid.UUID, Query(alias="fact")]) -> Response:
        found = await people.explain(user_id, fact_id)
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return pages.page(request, "fact.html", user_id=user_id, told=found)

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


def _page_of(facts: Sequence[Row], number: int) -> Listed:
    start = FACTS * (number - 1)
    return Listed(rows=facts[start : start + FACTS], number=number, has_more=len(facts) > start + FACTS)
