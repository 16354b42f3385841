"""The arithmetic of the report: what was kept, what a message cost, and how long it had to take."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.locomo.conversation import Conversation, Observation
from bench.locomo.delivery import point_id
from enrichment.domain.text import normalised

CACHED_PRICE = 0.1


@dataclass(frozen=True, slots=True)
class Held:
    """One piece of evidence in the memory, with the fact that it supports."""

    user_id: str
    point_id: str
    statement: str
    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """One run of the worker: its own report, and what the model server and the clocks say.

    ``calls`` and tokens are the server's counts: ``discounted_tokens`` those of the prompts that its cache makes
    cheaper, ``shown_tokens`` what they show of the memory, by kind. ``servers_cpu_seconds`` is by server.
    """

    report: Mapping[str, Any]
    calls: int
    prompt_tokens: int
    discounted_tokens: int
    shown_tokens: Mapping[str, int]
    completion_tokens: int
    servers_cpu_seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What became of the observations, counted once for each user.

    ``given`` were in an answer; the others never had their cited turns in one prompt. ``missing`` were given and are
    not in the memory.
    """

    given: int
    not_given: int
    kept: int
    missing: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All that was measured; ``second_rows`` are those that the second delivery added to the memory."""

    messages: int
    users: int
    latency_seconds: float
    load_before: float
    first: Drain
    calls_by_user: Sequence[int]
    gold: Gold
    idle: Drain
    second: Drain
    second_rows: int


def gold(conversation: Conversation, users: Sequence[str], given: Mapping[int, int], held: Iterable[Held]) -> Gold:
    """Look each observation up: it is kept if one of its turns proves it, or a fact that it was merged into.

    ``given`` is how often each observation was answered, by its place. An observation that was answered less often than
    there are users counts as given to the first ones: all have the same messages, and the same batches.
    """
    proved = {(one.user_id, one.point_id, said) for one in held for said in _said(one)}
    counts = {place: min(given.get(place, 0), len(users)) for place in range(len(conversation.observations))}
    missing = [
        (user_id, observation.statement)
        for place, observation in enumerate(conversation.observations)
        for user_id in users[: counts[place]]
        if not _proves(user_id, observation, proved)
    ]
    total = sum(counts.values())
    return Gold(
        given=total,
        not_given=len(users) * len(counts) - total,
        kept=total - len(missing),
        missing=tuple(missing),
    )


def _said(one: Held) -> tuple[tuple[str, str], ...]:
    return ("statement", normalised(one.statement)), ("object", normalised(one.object))


def _proves(user_id: str, observation: Observation, proved: Collection[tuple[str, str, tuple[str, str]]]) -> bool:
    """Equal objects are one fact in the memory, under the words of whichever came first."""
    said = ("statement", normalised(observation.statement)), ("object", normalised(observation.object))
    places = [point_id(user_id, turn_id, 1) for turn_id in observation.cited]
    return any((user_id, place, each) in proved for place in places for each in said)


def ideal_seconds(calls_by_user: Iterable[int], latency_seconds: float, concurrency: int) -> float:
    """Return how long a run must take: all latency in as many lanes as allowed, or one user's calls in a row."""
    calls = list(calls_by_user)
    return latency_seconds * max(sum(calls) / concurrency, max(calls, default=0))


def ratio(part: float, whole: float, digits: int = 3) -> float | None:
    """Return part / whole, None where there is no whole."""
    return round(part / whole, digits) if whole else None


def cached_price(drain: Drain) -> float:
    """Return the prompt tokens that would cost the same without a cache, whose tokens cost a tenth."""
    return drain.prompt_tokens - (1 - CACHED_PRICE) * drain.discounted_tokens


def shown(messages: int, calls_by_user: Sequence[int], drain: Drain) -> dict[str, float | None]:
    """Return what the calls after each user's first showed of the memory, in tokens, and what a message would cost.

    ``prompt_tokens_per_message_full`` is as if each of these calls had used up both budgets of the settings.
    """
    later = sum(calls_by_user) - len(calls_by_user)
    budget = later * (drain.report["known_tokens"] + drain.report["summary_tokens"])
    full = drain.prompt_tokens + max(0, budget - sum(drain.shown_tokens.values()))
    return {
        "known_tokens_per_call": ratio(drain.shown_tokens.get("known", 0), later, 1),
        "summary_tokens_per_call": ratio(drain.shown_tokens.get("summary", 0), later, 1),
        "prompt_tokens_per_message_full": ratio(full, messages, 2),
        "prompt_tokens_per_message_full_cached": ratio(full - drain.prompt_tokens + cached_price(drain), messages, 2),
    }


def cost(messages: int, drain: Drain) -> dict[str, float | None]:
    """Return what a message cost on average; CPU in milliseconds, the servers' beside the worker's own."""
    servers = {
        f"{name}_cpu_ms_per_message": ratio(1000 * seconds, messages)
        for name, seconds in drain.servers_cpu_seconds.items()
    }
    return {
        "calls_per_100": ratio(100 * drain.calls, messages),
        "prompt_tokens_per_message": ratio(drain.prompt_tokens, messages, 2),
        "prompt_tokens_per_message_cached": ratio(cached_price(drain), messages, 2),
        "completion_tokens_per_message": ratio(drain.completion_tokens, messages, 2),
        "cpu_ms_per_message": ratio(1000 * drain.report["cpu_seconds"], messages),
        **servers,
    }
