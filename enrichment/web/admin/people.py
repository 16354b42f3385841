"""Users: found, looked at, and what is known of them with its evidence."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from enrichment.web.admin.pages import Pages
from enrichment.web.admin.ports import People

# A user's id is of the host's making: longer ones than this have not been seen.
MOST_CHARACTERS = 500
UserId = Annotated[str, Query(alias="id", min_length=1, max_length=MOST_CHARACTERS)]


def router(people: People, pages: Pages) -> APIRouter:
    """Return the pages of users."""
    made = APIRouter()

    @made.get("/user")
    async def user(request: Request, user_id: UserId) -> Response:
        person = await people.person(user_id)
        return pages.page(request, "user.html", user_id=user_id, person=person, rows=person.engine_rows)

    return made
