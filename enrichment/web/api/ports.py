"""What the API is given beside the reader: one user's memory, to be shown, judged and erased."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from enrichment.domain.feedback import Verdict
from enrichment.reader import EnrichmentReader
from enrichment.web.api.callers import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a user said of a fact."""

    user_id: str
    fact_id: uuid.UUID
    verdict: Verdict
    comment: str | None
    correction: str | None


class UserMemory(Protocol):
    """What is kept of users; a bot's name (None: all bots) limits it to what that bot may hear.

    Values are those of the API's bodies by name. Raises ``DependencyUnavailable``.
    """

    async def known(self, user_id: str, bot: str | None) -> Mapping[str, Any]:
        """Return what is known of a user; empty lists of somebody who is not known."""

    async def judge(self, judgement: Judgement, bot: str | None) -> Mapping[str, Any] | None:
        """Take feedback in; None where there is no such fact. The same verdict moves a fact once."""

    async def erase(self, user_id: str, *, messages: bool) -> Mapping[str, Any]:
        """Delete everything of a user, the agents' messages too if asked to; return the receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """What answers; ``reader`` is open."""

    reader: EnrichmentReader
    users: UserMemory


_BEARER = HTTPBearer(auto_error=False, description="The token of a bot, or the operator's.")


async def _parts(request: Request) -> ApiParts:
    parts: ApiParts = request.app.state.parts
    return parts


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


PartsOf = Annotated[ApiParts, Depends(_parts)]
CallerOf = Annotated[Caller, Security(_caller)]
# For the document alone: the guard has looked at the token before.
DOCUMENTED = (Security(_BEARER),)
