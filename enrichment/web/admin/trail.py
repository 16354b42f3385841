"""Every action leaves a row before it is done, and what came of it afterwards; the page that shows them."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from enrichment.web.admin.guard import Guard
from enrichment.web.admin.pages import MOST_CHARACTERS, Number, Pages
from enrichment.web.admin.ports import Action, Trail


class Noting:
    """Writes the trail of whoever asks."""

    def __init__(self, trail: Trail, guard: Guard) -> None:
        self._trail = trail
        self._guard = guard

    @asynccontextmanager
    async def noted(
        self, request: Request, action: Action, user_id: str | None = None, about: str | None = None
    ) -> AsyncIterator[Counter[str]]:
        """Note an action; the block counts what it did, and what counts nothing came to nothing."""
        action_id = await self._trail.begin(self._who(request), action, user_id, about)
        counts, outcome = Counter[str](), "failed"
        try:
            yield counts
            outcome = "done" if counts.total() else "nothing"
        finally:
            await self._trail.end(action_id, outcome, counts)

    def _who(self, request: Request) -> str:
        mark = hashlib.sha256(self._guard.session(request).encode()).hexdigest()[:8]
        return f"{'token' if self._guard.access.token else 'loopback'} {mark}"


def router(trail: Trail, pages: Pages) -> APIRouter:
    """Return the page of the trail."""
    made = APIRouter()

    @made.get("/audit")
    async def audit(
        request: Request,
        user_id: Annotated[str, Query(alias="id", max_length=MOST_CHARACTERS)] = "",
        number: Number = 1,
    ) -> Response:
        found = await trail.page(user_id or None, number)
        return pages.page(request, "audit.html", user_id=user_id, page=found)

    return made
