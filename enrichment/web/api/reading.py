"""``/context`` and ``/recall``: what the reader reads."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from enrichment.domain.dates import Granularity, Interval
from enrichment.reader import Wanted, build_prompt
from enrichment.reader.recall import Answer
from enrichment.web.api.context_body import ContextBody
from enrichment.web.api.fields import Asked, Bot, Flag, Question, Scope, Time, Told, UserId
from enrichment.web.api.ports import CallerOf, PartsOf
from enrichment.web.api.problems import Reason, Refused

router = APIRouter()


class ContextQuestion(Asked):
    """Whose context, for which bot and channel."""

    user_id: UserId
    bot: Bot = None
    scope: Scope = ""
    prompt: Flag = Field(default=False, description="Whether to add the block for a system prompt.")
    max_tokens: int = Field(500, ge=1, le=32_000, description="Largest size of that block, in estimated tokens.")


class RecallQuestion(Asked):
    """What is looked for: "last week", "my job", a question in any script; or in an interval of time."""

    user_id: UserId
    question: Question
    bot: Bot = None
    scope: Scope = ""
    zone: str = Field("UTC", max_length=64, description="The user's zone, an IANA name; UTC for one nobody knows.")
    language: str | None = Field(None, pattern="^[a-z]{2,3}$", description="The user's language, such as `de`.")
    since: Time | None = None
    until: Time | None = None
    most: int = Field(10, ge=1, le=100, strict=True)

    @model_validator(mode="after")
    def _is_in_order(self) -> "RecallQuestion":
        if self.since and self.until and self.since >= self.until:
            raise ValueError("since must be before until")
        return self


class QuoteBody(Told):
    """The words of a message that a fact rests on."""

    message_id: str
    text: str


class FoundBody(Told):
    """A fact or a summary that answers; `score` is from 0 to 1, and the sum of `why`."""

    kind: Literal["fact", "summary", "digest"]
    found_id: str
    text: str
    category: str | None
    confidence: float | None
    said_at: datetime
    occurred_from: datetime | None
    occurred_until: datetime | None
    quotes: tuple[QuoteBody, ...]
    score: float
    why: dict[str, float]


class AnswerBody(Told):
    """What was found, the best first, and the time and the category that were understood."""

    found: tuple[FoundBody, ...]
    since: datetime | None
    until: datetime | None
    category: str | None


@router.get("/context")
async def context(asked: Annotated[ContextQuestion, Query()], caller: CallerOf, parts: PartsOf) -> ContextBody:
    """Return all that may be told of a user in a channel; stale or absent parts where the database is away."""
    bot = caller.speaks_for(asked.bot)
    found = await parts.reader.load(asked.user_id, bot, scope=asked.scope)
    prompt = build_prompt("", found, max_tokens=asked.max_tokens) if asked.prompt else None
    return ContextBody.model_validate(found).model_copy(update={"prompt": prompt})


@router.post("/recall")
async def recall(asked: RecallQuestion, caller: CallerOf, parts: PartsOf) -> AnswerBody:
    """Return the facts and summaries that answer a question, with quotes."""
    bot = caller.speaks_for(asked.bot)
    during = Interval(asked.since, asked.until, Granularity.MINUTE) if asked.since or asked.until else None
    wanted = Wanted(scope=asked.scope, zone=asked.zone, language=asked.language, during=during, most=asked.most)
    answer = await parts.reader.recall(asked.user_id, bot, asked.question, wanted=wanted)
    if not answer.is_answered:
        raise Refused(Reason.UNAVAILABLE)
    return _told(answer)


def _told(answer: Answer) -> AnswerBody:
    asked = answer.asked
    return AnswerBody(
        found=tuple(FoundBody.model_validate(found) for found in answer.found),
        since=asked.during.start if asked.during else None,
        until=asked.during.end if asked.during else None,
        category=asked.category,
    )
