"""From an answer to a digest: the good items kept, the bad ones named, a bad answer never taken for an empty one."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from typing import Any, TypeVar

from enrichment.digest import hints
from enrichment.digest.answer import Form, ItemRefused, parsed
from enrichment.digest.ask import is_truncated
from enrichment.digest.facts import extracted
from enrichment.digest.transcript import Transcript
from enrichment.domain.batches import Batch, Known
from enrichment.domain.digest import Digest, Refusal, Refused
from enrichment.domain.prompt import Prompt
from enrichment.errors import ModelFailure, UnusableAnswer

READ_AT_MOST = 2_000
ITEMS_BASE = 32
ITEMS_PER_LINE = 8
FORM = frozenset(
    {Refusal.MALFORMED, Refusal.UNKNOWN_MESSAGE, Refusal.NO_QUOTE, Refusal.QUOTE_NOT_FOUND, Refusal.LENGTH}
)
UNREAD = frozenset({Refusal.REPEATED, Refusal.TOO_MANY})
_FEW = 6
_Item = TypeVar("_Item")


def read(batch: Batch, prompt: Prompt, known: Known, answer: str, *, zone: tzinfo = UTC) -> Digest:
    """Return what the answer to a prompt teaches, item by item, with the refused ones and their reasons.

    Items that cite a message of the prompt that ``batch`` no longer holds are refused. Raises ``UnusableAnswer``:
    SCHEMA if the answer is not JSON of the form, or no fact in it has the form; REJECTED_ITEMS if of six facts or
    more over half are refused for their form or quote: such a model has not read the messages, and the rest is luck.
    Items that are there twice, or are more than can be meant, are not read and not counted in this.
    """
    form = parsed(answer)
    transcript = Transcript(batch, prompt, known, zone)
    facts, refused = _checked(form.facts, extracted, transcript)
    _demand_most(form, refused)
    windows, refused_windows = _checked(form.windows, hints.window, transcript)
    signals, refused_signals = _checked(form.signals, hints.signal, transcript)
    by_session = {window.session_id: window for window in reversed(windows)}
    return Digest(
        windows=tuple(window for window in windows if by_session[window.session_id] is window),
        facts=tuple(facts),
        signals=tuple(signals),
        refused=(*refused, *refused_windows, *refused_signals),
        truncated=frozenset(message.identity for message in batch.messages if is_truncated(message)),
    )


def _checked(
    items: Sequence[Any], check: Callable[[Any, Transcript], _Item], transcript: Transcript
) -> tuple[list[_Item], list[Refused]]:
    """Check the items one by one: no item twice, and none any more once there are more than can be meant."""
    most = ITEMS_BASE + ITEMS_PER_LINE * transcript.new_lines
    kept: list[_Item] = []
    refused: list[Refused] = []
    seen: set[str] = set()
    for item in items:
        form = json.dumps(item, sort_keys=True)
        if form in seen:
            refused.append(Refused(reason=Refusal.REPEATED, item=item))
        elif len(kept) >= most or len(seen) >= READ_AT_MOST:
            refused.append(Refused(reason=Refusal.TOO_MANY, item=item))
        else:
            seen.add(form)
            try:
                kept.append(check(item, transcript))
            except ItemRefused as because:
                refused.append(Refused(reason=because.reason, item=item))
    return kept, refused


def _demand_most(form: Form, refused: Sequence[Refused]) -> None:
    reasons = [item.reason for item in refused]
    unread = sum(reason in UNREAD for reason in reasons)
    read_facts = len(form.facts) - unread
    if read_facts and reasons.count(Refusal.MALFORMED) == read_facts:
        raise UnusableAnswer(ModelFailure.SCHEMA, "no fact of the answer has the form")
    bad = sum(reason in FORM for reason in reasons)
    if max(read_facts, unread) >= _FEW and 2 * bad > read_facts:
        raise UnusableAnswer(ModelFailure.REJECTED_ITEMS, f"{bad} of {read_facts} facts have no quote or no form")
