"""What a provider's refusal means: decided on status and code, never on its text, which differs by day and server."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from enrichment.domain.prompt import Answer
from enrichment.errors import ModelAccessDenied, ModelError, ModelFailure, ModelUnavailable, UnusableAnswer

# A 429 of these means money, not speed: waiting does not help (OpenAI, Anthropic, DeepSeek, Gemini's compatible
# endpoint). https://platform.openai.com/docs/guides/error-codes
QUOTA_CODES: Final = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "enforced_spend_limit_reached",
        "billing_hard_limit_reached",
        "billing_not_active",
        "insufficient_balance",
        "quota_exceeded",
    }
)
POLICY_CODES: Final = frozenset(
    {"content_filter", "content_policy_violation", "moderation_blocked", "policy_violation"}
)
TOO_LONG_CODES: Final = frozenset({"context_length_exceeded", "string_above_max_length", "exceed_context_size_error"})
# vLLM gives no code, but names the parameter (https://github.com/harbor-framework/harbor/pull/996).
TOO_LONG_PARAMS: Final = frozenset({"input_tokens"})
NO_MODEL_CODES: Final = frozenset({"model_not_found", "invalid_model", "model_not_supported"})
_CODE: Final = re.compile(r"[\w.-]{1,60}")
_BAD_REQUEST, _UNAUTHORISED, _PAYMENT, _FORBIDDEN, _NOT_FOUND = 400, 401, 402, 403, 404
_TIMEOUT, _TOO_LARGE, _UNPROCESSABLE, _TOO_EARLY, _TOO_MANY = 408, 413, 422, 425, 429
_SERVER_ERROR = 500
# A gateway that waited in vain (524 is Cloudflare's): the model behind it may have answered, and have been paid.
_GAVE_UP: Final = frozenset({504, 524})


class Refusal:
    """An error as a server sent it: status, code and type, the parameter that it names, and how long to wait."""

    def __init__(
        self, status: int, body: object, headers: Mapping[str, str] | None = None, charged: Answer | None = None
    ) -> None:
        self._error = _error_in(body)
        self.charged = charged
        self.codes = frozenset(str(self._error.get(key)) for key in ("code", "type") if self._error.get(key))
        self.param = str(self._error.get("param") or "")
        self.status = status
        self.retry_after_seconds = retry_after((headers or {}).get("retry-after"), datetime.now(UTC))

    def has(self, codes: frozenset[str]) -> bool:
        """Whether the error carries one of these codes."""
        return not self.codes.isdisjoint(codes)

    @property
    def too_long(self) -> bool:
        """Whether the prompt and its answer are more than the model takes."""
        return self.status == _TOO_LARGE or self.has(TOO_LONG_CODES) or self.param in TOO_LONG_PARAMS

    @property
    def passes_soon(self) -> bool:
        """Whether a want of money heals by itself: OpenRouter's budget for what is in flight.

        https://openrouter.ai/docs/api/reference/errors-and-debugging
        """
        metadata = self._error.get("metadata")
        source = metadata.get("limit_source") if isinstance(metadata, dict) else None
        return source == "openrouter_in_flight_budget" and self.retry_after_seconds is not None

    @property
    def may_be_the_form(self) -> bool:
        """Whether the way of asking may be at fault; 404 is what routers say where no provider takes a parameter."""
        explained = self.moderated or self.too_long or self.has(QUOTA_CODES | NO_MODEL_CODES)
        return self.status in {_BAD_REQUEST, _NOT_FOUND, _UNPROCESSABLE} and not explained

    @property
    def moderated(self) -> bool:
        """Whether the content was the reason: by its code, or by the list of reasons that OpenRouter adds."""
        metadata = self._error.get("metadata")
        return self.has(POLICY_CODES) or (isinstance(metadata, dict) and bool(metadata.get("reasons")))

    @property
    def unexplained(self) -> bool:
        """Whether only the model's answer to another question tells what is meant."""
        return _failure(self, reachable=True) is not _failure(self, reachable=False)

    def __str__(self) -> str:
        """Status and code alone: the message of an error may repeat the prompt."""
        codes = sorted(code for code in self.codes if _CODE.fullmatch(code))
        return " ".join((f"HTTP {self.status}", *codes))


def error_of(refusal: Refusal, *, reachable: bool) -> ModelError:
    """Return what to raise for a refusal.

    ``reachable`` says whether the model answers other prompts: if so, a bad request blames the messages, and smaller
    batches find the one; if not, the configuration, for which no message must be quarantined.
    """
    failure = _failure(refusal, reachable=reachable)
    error = _raised(failure, refusal)
    error.charged = refusal.charged
    error.cost_unknown = refusal.charged is None and refusal.status in _GAVE_UP
    return error


def _raised(failure: ModelFailure, refusal: Refusal) -> ModelError:
    what = str(refusal)
    if failure in {ModelFailure.QUOTA, ModelFailure.AUTH}:
        return ModelAccessDenied(failure, what)
    if failure in {ModelFailure.POLICY, ModelFailure.TOO_LONG}:
        return UnusableAnswer(failure, what)
    return ModelUnavailable(failure, what, retry_after_seconds=refusal.retry_after_seconds)


def _failure(refusal: Refusal, *, reachable: bool) -> ModelFailure:
    """Return the first reason that fits: codes before statuses, because one status has many meanings."""
    status = refusal.status
    reasons = (
        (refusal.passes_soon, ModelFailure.RATE),
        (status == _PAYMENT or refusal.has(QUOTA_CODES), ModelFailure.QUOTA),
        (refusal.moderated, ModelFailure.POLICY),
        (refusal.too_long, ModelFailure.TOO_LONG),
        (status in {_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND} or refusal.has(NO_MODEL_CODES), ModelFailure.AUTH),
        (status == _TOO_MANY, ModelFailure.RATE),
        (not _BAD_REQUEST <= status < _SERVER_ERROR or status in {_TIMEOUT, _TOO_EARLY}, ModelFailure.SERVER),
        (reachable, ModelFailure.TOO_LONG),
    )
    return next((failure for fits, failure in reasons if fits), ModelFailure.AUTH)


def inside(body: dict[str, Any], charged: Answer | None = None) -> Refusal | None:
    """Return the error inside of a body that came with status 200, as routers send when the provider behind fails."""
    choices = body.get("choices")
    first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    holder = next((holder for holder in (body, first) if isinstance(holder.get("error"), dict)), None)
    if holder is None:
        return None
    code = str(holder["error"].get("code") or "")
    return Refusal(int(code) if re.fullmatch("[45][0-9]{2}", code) else 502, holder, charged=charged)


def _error_in(body: object) -> dict[str, Any]:
    """Return the error's own object; some servers send it bare (vLLM: https://github.com/vllm-project/vllm/issues/4667)."""
    if not isinstance(body, dict):
        return {}
    error = body.get("error")
    if isinstance(error, dict):
        return error
    return body if body.get("object") == "error" else {}


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` demands, given as seconds or as a date; None if it says neither."""
    if value is None:
        return None
    if re.fullmatch(r"\s*[0-9]{1,9}(?:\.[0-9]{1,9})?\s*", value):
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
