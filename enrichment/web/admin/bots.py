"""Bots: how each does with all its users."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from enrichment.web.admin.drawing.gallery import of_bot
from enrichment.web.admin.pages import MOST_CHARACTERS, Pages
from enrichment.web.admin.ports import Bots

BotName = Annotated[str, Query(alias="name", max_length=MOST_CHARACTERS)]


def router(bots: Bots, pages: Pages) -> APIRouter:
    """Return the pages of bots."""
    made = APIRouter()

    @made.get("/bots")
    async def every(request: Request) -> Response:
        return pages.page(request, "bots.html", bots=await bots.every())

    @made.get("/bot")
    async def one(request: Request, bot_name: BotName) -> Response:
        bot = await bots.bot(bot_name)
        if bot.row is None and not bot.sums:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        drawings = of_bot(bot.row, bot.sums, datetime.now(UTC))
        return pages.page(request, "bot.html", bot_name=bot_name, drawings=drawings)

    return made
