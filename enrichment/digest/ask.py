"""A prompt for one batch: the same system prefix for everybody, then what is known, then the numbered messages."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, tzinfo

from enrichment.digest.form import PROMPT_VERSION, SCHEMA, SCHEMA_NAME
from enrichment.digest.instructions import SYSTEM
from enrichment.digest.own_words import is_cut, shown
from enrichment.digest.speakers import label
from enrichment.domain.batches import Batch, Known, Window
from enrichment.domain.facts import Fact
from enrichment.domain.messages import Message, Role
from enrichment.domain.prompt import Prompt, PromptLimits
from enrichment.domain.text import estimated_tokens

MESSAGE_TOKENS = 2_000
KNOWN_FACT_TOKENS = 60
# Room for a model that thinks aloud; what is not used is not paid for.
ANSWER_TOKENS_BASE = 2_048
ANSWER_TOKENS_PER_MESSAGE = 160
# A long message may be a list of facts: each is quoted, and said again in other words.
ANSWER_TOKENS_PER_TOKEN = 1.5
DEFAULT = PromptLimits()
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def ask(batch: Batch, known: Known, *, zone: tzinfo = UTC, limits: PromptLimits = DEFAULT) -> Prompt:
    """Return the prompt for a batch; the same batch gives the same bytes.

    ``zone`` is the user's, for the times shown. As many known facts are shown, in their order, as fit ``limits``.
    A message of more than ``MESSAGE_TOKENS`` is shown with its middle left out. Raises ``ValueError`` if no new message
    has words of a user: there is nothing to learn, and a call would be wasted.
    """
    if not any(message.role is Role.USER and message.text.strip() for message in batch.messages):
        raise ValueError("a prompt needs at least one message of a user")
    numbers: dict[int, Message] = {}
    new: set[int] = set()
    shown_facts = _fitting(known, limits.known_tokens)
    lines = [line for line, _ in shown_facts.values()]
    for position, window in enumerate(batch.windows, start=1):
        first = len(numbers) + 1
        numbers |= enumerate((*window.context, *window.messages), start=first)
        new.update(range(first + len(window.context), len(numbers) + 1))
        lines += _window_lines(position, window, first, zone, limits.summary_tokens)
    return Prompt(
        system=SYSTEM,
        user=_fenced("\n".join(lines), f"{len(new)} new lines, {len(batch.windows)} windows."),
        schema=SCHEMA,
        schema_name=SCHEMA_NAME,
        numbers=numbers,
        new=frozenset(new),
        windows=batch.windows,
        known={short_id: fact for short_id, (_, fact) in shown_facts.items()},
        version=PROMPT_VERSION,
        max_answer_tokens=min(limits.max_answer_tokens, _answer_tokens([numbers[number] for number in new])),
    )


def is_truncated(message: Message) -> bool:
    """Tell whether a prompt shows a message with its middle left out."""
    return is_cut(message.text, MESSAGE_TOKENS)


def _answer_tokens(new: Sequence[Message]) -> int:
    """Return how long the answer may be: there is more to say of more messages, and of longer ones."""
    told = sum(min(estimated_tokens(message.text), MESSAGE_TOKENS) for message in new)
    return ANSWER_TOKENS_BASE + max(ANSWER_TOKENS_PER_MESSAGE * len(new), round(ANSWER_TOKENS_PER_TOKEN * told))


def _fitting(known: Known, max_tokens: int) -> dict[str, tuple[str, Fact]]:
    """Return the first known facts that fit, by short id, each with its line."""
    fitting: dict[str, tuple[str, Fact]] = {}
    for short_id, fact in known.facts.items():
        line = f"{short_id} {fact.claim.predicate}: {shown(fact.statement, KNOWN_FACT_TOKENS)}"
        max_tokens -= estimated_tokens(line)
        if max_tokens < 0:
            break
        fitting[short_id] = (line, fact)
    return fitting


def _window_lines(position: int, window: Window, first: int, zone: tzinfo, summary_tokens: int) -> Iterator[str]:
    """Yield a window's lines: what is ours starts a line, what strangers wrote never does."""
    yield f"\nwindow {position}"
    if window.session is not None and window.session.summary and summary_tokens:
        yield f"before: {shown(window.session.summary, summary_tokens)}"
    day: date | None = None
    time = ""
    for number, message in enumerate((*window.context, *window.messages), start=first):
        at = message.said_at.astimezone(zone)
        if message.time_known and at.date() != day:
            day = at.date()
            yield f"{_WEEKDAYS[day.weekday()]} {day.isoformat()}"
        changed = message.time_known and time != (time := f"{at:%H:%M}")
        read_before = "- " if number < first + len(window.context) else ""
        clock = f" {time}" if changed else ""
        yield f"{read_before}{number}{clock} {label(message)}: {shown(message.text, MESSAGE_TOKENS)}"


def _fenced(data: str, after: str) -> str:
    """Put data between two lines with a code that follows from the data and does not occur in it."""
    code = hashlib.sha256(data.encode()).hexdigest()[:8]
    while code in data:
        code = hashlib.sha256(code.encode()).hexdigest()[:8]
    return f"=== {code}\n{data.strip()}\n=== {code}\n{after}"
