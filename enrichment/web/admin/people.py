"""Users: found, and looked at with the evidence of what is known."""

import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from enrichment.web.admin.pages import MOST_CHARACTERS, Number, Pages, UserId
from enrichment.web.admin.ports import Listed, People, Row

FACTS = 50


def router(people: People, pages: Pages) -> APIRouter:
    """Return the pages of users."""
    made = APIRouter()

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

    return made


def _page_of(facts: Sequence[Row], number: int) -> Listed:
    start = FACTS * (number - 1)
    return Listed(rows=facts[start : start + FACTS], number=number, has_more=len(facts) > start + FACTS)
