"""``/users/{id}`` and ``/feedback``: what users may ask of their memory, and that it be brought up to date."""

import uuid
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field, model_validator

from enrichment.domain.feedback import Verdict
from enrichment.web.api.fields import Asked, Bot, Comment, Correction, Flag, Told, UserId
from enrichment.web.api.ports import CallerOf, Judgement, PartsOf
from enrichment.web.api.problems import Reason, Refused

router = APIRouter()
# Longer than that, a connection is not kept waiting: ask again.
LONGEST_WAIT_SECONDS = 20.0
PathUser = Annotated[UserId, Path()]


class Saying(Asked):
    """What a user says of a fact; a correction goes with `incorrect` only."""

    user_id: UserId
    fact_id: uuid.UUID
    verdict: Verdict
    bot: Bot = None
    comment: Comment | None = None
    correction: Correction | None = Field(None, description="What is so instead; becomes a fact.")

    @model_validator(mode="after")
    def _corrects_what_is_wrong(self) -> "Saying":
        if self.correction is not None and self.verdict is not Verdict.INCORRECT:
            raise ValueError("a correction goes with incorrect only")
        return self


class JudgedBody(Told):
    """What became of the fact; `correction_id` is the fact that a correction has become."""

    fact_id: uuid.UUID
    state: str
    confidence_before: float
    confidence: float
    correction_id: uuid.UUID | None


class EnrichBody(Asked):
    """How long to wait for all that was said so far to be read; 0: not at all."""

    wait: float = Field(0, ge=0, le=LONGEST_WAIT_SECONDS, strict=True, description="Seconds.")


class EnrichedBody(Told):
    """`settled`: all that was said before is read; null if nobody waited for it."""

    requested: bool
    settled: bool | None


class Showing(Asked):
    """Which bot's memory is meant; the operator may leave it out for all."""

    bot: Bot = None


class Erasing(Asked):
    """What goes beside the memory."""

    messages: Flag = Field(default=False, description="Whether to delete the user's messages in Qdrant too.")


class EvidenceBody(Told):
    """A message that a fact rests on."""

    collection: str
    point_id: str
    role: str
    said_at: datetime
    quote: str


class KnownFactBody(Told):
    """A fact with what it rests on, up to 20 messages; `state` is active, superseded, expired or flagged."""

    fact_id: uuid.UUID
    bot_name: str
    scope: str
    category: str
    statement: str
    state: str
    confidence: float
    said_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    occurred_from: datetime | None
    occurred_until: datetime | None
    granularity: str | None
    method: str
    evidence: tuple[EvidenceBody, ...]


class KnownSummaryBody(Told):
    """A session's summary as it stands."""

    session_id: uuid.UUID
    bot_name: str
    scope: str
    title: str
    text: str
    started_at: datetime
    ended_at: datetime
    messages: int
    revision: int


class KnownBody(Told):
    """What is known of a user; `is_whole` is false where there are more than 1,000 facts or summaries.

    `rows` counts what each table holds, `forbidden` are words that must not be remembered: for the operator alone.
    """

    user_id: str
    facts: tuple[KnownFactBody, ...]
    summaries: tuple[KnownSummaryBody, ...]
    profiles: tuple[dict[str, Any], ...]
    insights: tuple[dict[str, Any], ...]
    digests: tuple[dict[str, Any], ...]
    is_whole: bool
    erased_before: datetime | None
    opted_out_since: datetime | None
    forbidden: tuple[str, ...] | None
    rows: dict[str, int] | None


class DeletedBody(Told):
    """What became of a collection's messages: how many went, and how many are still there (delete again)."""

    deleted: int
    left: int


class ReceiptBody(Told):
    """What an erasure did; the hash and the time are all that is kept."""

    user_hash: str
    erased_before: datetime
    rows: dict[str, int]
    total: int
    read_again: int
    messages: dict[str, DeletedBody]


@router.post("/feedback")
async def feedback(said: Saying, caller: CallerOf, parts: PartsOf) -> JudgedBody:
    """Say of a fact that it is helpful or insightful, or incorrect: then it is retracted for good."""
    bot = caller.may_see(said.bot)
    told = Judgement(
        user_id=said.user_id,
        fact_id=said.fact_id,
        verdict=said.verdict,
        comment=said.comment,
        correction=said.correction,
    )
    judged = await parts.users.judge(told, bot)
    if judged is None:
        raise Refused(Reason.NOT_FOUND)
    parts.reader.forget(said.user_id)
    return JudgedBody.model_validate(judged)


@router.post("/users/{user_id:path}/enrich")
async def enrich(user_id: PathUser, asked: EnrichBody, parts: PartsOf) -> EnrichedBody:
    """Have read now what this user said, whatever the worker's policy says; the same for all bots."""
    if not await parts.reader.request_enrichment(user_id):
        raise Refused(Reason.UNAVAILABLE)
    if not asked.wait:
        return EnrichedBody(requested=True, settled=None)
    settled = await parts.reader.request_enrichment(user_id, wait=timedelta(seconds=asked.wait))
    return EnrichedBody(requested=True, settled=settled)


@router.get("/users/{user_id:path}")
async def known(user_id: PathUser, asked: Annotated[Showing, Query()], caller: CallerOf, parts: PartsOf) -> KnownBody:
    """Return what is known of a user, with what it rests on: by a bot's token, what that bot may hear."""
    return KnownBody.model_validate(await parts.users.known(user_id, caller.may_see(asked.bot)))


@router.delete("/users/{user_id:path}")
async def erase(user_id: PathUser, asked: Annotated[Erasing, Query()], caller: CallerOf, parts: PartsOf) -> ReceiptBody:
    """Delete everything of a user, with all bots, and the messages in Qdrant if asked to; the operator alone may."""
    if caller.bot is not None:
        raise Refused(Reason.OPERATOR_ONLY)
    receipt = await parts.users.erase(user_id, messages=asked.messages)
    parts.reader.forget(user_id)
    return ReceiptBody.model_validate(receipt)
