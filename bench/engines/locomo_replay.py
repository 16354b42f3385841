"""Memory aging on LoCoMo: which rare words come up again in a session, foretold from when they came up before.

A memory is a content word that occurs in few of the conversations; it is used in a session if it occurs there. From the
fifth session on, each memory known so far is a case. Printed, not judged: three conversations, one language.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.engines.check import Check
from bench.engines.review_log import auc
from enrichment.engines.activation import base_level
from enrichment.engines.need import CELLS, fit, note_gap, use_class
from enrichment.engines.open_gaps import OpenGaps

_WORD = re.compile(r"[a-z']{4,}")
_FIRST_JUDGED = 4
_DAY = 86_400.0
_UNTIL_NEXT_DAYS = 7.0

Session = tuple[float, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A memory before a session: whether it was used there, and what each rule says."""

    used: bool
    need: float
    activation: float
    recency: float
    age: float


def replayed(data: Path) -> Iterator[Check]:
    """Replay the conversations of LoCoMo's JSON, if it is there."""
    for file in sorted({*data.glob("**/dev.json"), *data.glob("**/locomo10.json")}):
        conversations = [_sessions(each["conversation"]) for each in json.loads(file.read_text(encoding="utf-8"))]
        cases = [case for sessions in _rare(conversations) for case in _cases(sessions)]
        outcomes = [case.used for case in cases]
        by_need = auc([case.need for case in cases], outcomes)
        for rule, shares in (
            ("age", [-case.age for case in cases]),
            ("recency", [case.recency for case in cases]),
            ("activation", [case.activation for case in cases]),
        ):
            what = f"AUC of the need law, {len(cases)} cases of LoCoMo, beside {rule}"
            yield Check(check=what, value=by_need, naive=auc(shares, outcomes))
        yield Check(check="Brier skill of the need law beside the share of all cases", value=_skill(cases), naive=0.0)


def _skill(cases: Sequence[Case]) -> float:
    """Return how much of the squared error of the base rate the law takes away."""
    base = sum(case.used for case in cases) / len(cases)
    return 1 - sum((case.need - case.used) ** 2 for case in cases) / sum((base - case.used) ** 2 for case in cases)


def _sessions(conversation: Mapping[str, Any]) -> list[Session]:
    found = []
    for name in conversation:
        turns = conversation.get(name)
        if re.fullmatch(r"session_\d+", name) and isinstance(turns, list):
            at = datetime.strptime(conversation[f"{name}_date_time"], "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
            words = _WORD.findall(" ".join(turn["text"] for turn in turns).lower())
            found.append((at.timestamp(), frozenset(words)))
    return sorted(found, key=lambda session: session[0])


def _rare(conversations: Sequence[Sequence[Session]]) -> Iterator[list[Session]]:
    """Keep the words that no more than a third of the conversations have."""
    spread: dict[str, int] = defaultdict(int)
    for sessions in conversations:
        for word in frozenset().union(*(words for _, words in sessions)):
            spread[word] += 1
    most = max(1, len(conversations) // 3)
    for sessions in conversations:
        yield [(at, frozenset(word for word in words if spread[word] <= most)) for at, words in sessions]


def _cases(sessions: Sequence[Session]) -> Iterator[Case]:
    """Foretell each session by the law that the sessions before it give."""
    events, exposure, gaps = [0] * CELLS, [0.0] * CELLS, OpenGaps()
    uses: dict[str, list[float]] = {}
    for place, (at, words) in enumerate(sessions):
        if place >= _FIRST_JUDGED:
            law = fit(events, exposure, gaps, at / _DAY)
            for word, times in uses.items():
                first, previous, last = times[0], times[-2] if len(times) > 1 else None, times[-1]
                yield Case(
                    used=word in words,
                    need=law.probability(len(times), (at - last) / _DAY, _UNTIL_NEXT_DAYS),
                    activation=base_level(first, previous, last, len(times), at),
                    recency=math.pow(0.995, (at - last) / 3600),
                    age=at - first,
                )
        for word in words:
            times = uses.setdefault(word, [])
            if times:
                of_class = use_class(len(times))
                gaps.close(times[-1] / _DAY, of_class)
                note_gap(events, exposure, (at - times[-1]) / _DAY, of_class)
            times.append(at)
            gaps.open(at / _DAY, use_class(len(times)))
