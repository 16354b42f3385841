"""From the body of a chat completion to an answer: checked for its end first, then for its content."""

from decimal import Decimal, InvalidOperation
from typing import Any

from enrichment.adapters.model.prices import FREE, Prices
from enrichment.domain.prompt import Answer, Usage
from enrichment.domain.text import storable
from enrichment.errors import ModelError, ModelFailure, ModelUnavailable, UnusableAnswer

_FENCE = "```"
_THOUGHTS_END = ("</think>", "</thinking>")


def answer_of(body: dict[str, Any], asked: str, prices: Prices) -> tuple[Answer, ModelError | None]:
    """Return the answer with its usage, and why it cannot be used, None if it can.

    Even an unusable answer has cost something. ``asked`` is the model that was asked for, if the body names none.
    """
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    content = _text(message.get("content"))
    unusable = _unusable(choice.get("finish_reason"), refused=bool(message.get("refusal")), said=bool(content))
    answer = Answer(
        text="" if unusable else storable(unwrapped(content))[0],
        model=str(body.get("model") or asked),
        usage=_usage(body.get("usage"), prices),
        generation_id=str(body["id"]) if body.get("id") else None,
    )
    return answer, unusable


def _unusable(finish_reason: object, *, refused: bool, said: bool) -> ModelError | None:
    """Return what is wrong with an answer, by the first sign of it: an answer that was cut may look whole."""
    if refused or finish_reason == "refusal":
        return UnusableAnswer(ModelFailure.REFUSAL, "the model refused to answer")
    if finish_reason == "content_filter":
        return UnusableAnswer(ModelFailure.POLICY, "the provider's filter stopped the answer")
    if finish_reason in {"length", "max_tokens"}:
        return UnusableAnswer(ModelFailure.TRUNCATED, "the answer was cut at the output limit")
    if finish_reason == "error" or not said:
        return ModelUnavailable(ModelFailure.SERVER, "a completion without content")
    return None


def _text(content: object) -> str:
    """Return the content, given as a string or in parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def unwrapped(text: str) -> str:
    """Return the JSON of an answer without think blocks, fences and friendly words around it.

    In one pass however long the text is and whatever it repeats: the process does nothing else meanwhile.
    """
    ends = [at + len(mark) for mark in _THOUGHTS_END if (at := text.find(mark)) >= 0]
    text = text[min(ends, default=0) :]
    opening = text.find("{")
    fence = text.find(_FENCE)
    if 0 <= fence < opening:
        # A fence inside of the JSON is a quoted one: what closes the answer stands at the start of a line.
        closed = text.find(f"\n{_FENCE}", opening)
        text = text[: closed if closed >= 0 else len(text)]
    closing = text.rfind("}")
    return text[opening : closing + 1] if 0 <= opening < closing else text.strip()


def _usage(reported: object, prices: Prices) -> Usage:
    usage = reported if isinstance(reported, dict) else {}
    details = usage.get("prompt_tokens_details")
    prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    cached = min(prompt, _count(details.get("cached_tokens"))) if isinstance(details, dict) else 0
    expected = prices.cost(prompt, completion, cached) if prices.known and (usage or prices == FREE) else None
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        cached_tokens=cached,
        cost_usd=_cost(usage.get("cost"), expected),
    )


def _count(value: object) -> int:
    return max(0, value) if type(value) is int else 0


def _cost(reported: object, expected: Decimal | None) -> Decimal | None:
    """Return the provider's own figure if it gave one that is a price, else what the tokens cost, if that is known."""
    if isinstance(reported, bool) or not isinstance(reported, int | float | str):
        return expected
    try:
        cost = Decimal(str(reported))
    except InvalidOperation:
        return expected
    return cost if cost.is_finite() and cost >= 0 else expected
