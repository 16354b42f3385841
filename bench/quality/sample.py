"""A LoCoMo conversation with its questions; labels are taken as they are, and what they cite is looked up with care."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.locomo.conversation import Conversation, read

# The kinds that the paper describes, by their number in the file.
CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
_TURN = re.compile(r"D:?(\d+):(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and the turns that answer it, at least one; an adversarial one has no ``answer``: it is None."""

    text: str
    category: str
    evidence: tuple[str, ...]
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """``unresolved`` counts the ids in its questions' evidence that are no turn of the conversation."""

    conversation: Conversation
    questions: tuple[Question, ...]
    unresolved: int

    @property
    def speakers(self) -> Mapping[str, str]:
        """Who said each turn, by its id."""
        return {turn.turn_id: turn.speaker for turn in self.conversation.turns}


def samples(path: Path) -> Iterator[Sample]:
    """Yield all conversations of the file."""
    for sample in json.loads(path.read_text(encoding="utf-8")):
        conversation = read(path, sample["sample_id"])
        ids = {turn.turn_id for turn in conversation.turns}
        cited = [turn_ids(asked.get("evidence", ())) for asked in sample["qa"]]
        found = [_question(asked, turns, ids) for asked, turns in zip(sample["qa"], cited, strict=True)]
        yield Sample(
            conversation=conversation,
            questions=tuple(each for each in found if each.evidence),
            unresolved=sum(turn not in ids for turns in cited for turn in turns),
        )


def turn_ids(evidence: object) -> tuple[str, ...]:
    """Return the turns that are cited; several in one text, ``D:11:26`` and ``D30:05`` occur, and ``D`` alone."""
    found = _TURN.findall(json.dumps(evidence))
    return tuple(dict.fromkeys(f"D{int(session)}:{int(turn)}" for session, turn in found))


def _question(asked: Mapping[str, Any], turns: tuple[str, ...], ids: set[str]) -> Question:
    category = CATEGORIES[asked["category"]]
    return Question(
        text=asked["question"],
        category=category,
        evidence=tuple(turn for turn in turns if turn in ids),
        # Some adversarial questions have an answer all the same: it is not theirs.
        answer=None if category == "adversarial" else str(asked["answer"]),
    )
