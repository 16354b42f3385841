"""A LoCoMo file's conversation as messages and gold facts; the data is CC BY-NC 4.0 and no part of this project."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_SESSION = re.compile(r"session_(\d+)")
_TURN_ID = re.compile(r"D\d+:\d+")
_TIME = "%I:%M %p on %d %B, %Y"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message; ``turn_id`` is LoCoMo's ``dia_id``."""

    turn_id: str
    speaker: str
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A gold fact: a sentence about a speaker, and the turns that it was drawn from."""

    subject: str
    statement: str
    cited: tuple[str, ...]

    @property
    def object(self) -> str:
        """The sentence without the subject's name at its beginning: two observations are one only if equal."""
        return self.statement.removeprefix(self.subject).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A sample; ``unresolved`` counts observations that cite a turn which does not exist."""

    sample_id: str
    turns: tuple[Turn, ...]
    observations: tuple[Observation, ...]
    unresolved: int


def read(path: Path, sample_id: str) -> Conversation:
    """Read one sample; raises ``ValueError`` if the file has none of that name."""
    samples = json.loads(path.read_text(encoding="utf-8"))
    sample = next((each for each in samples if each["sample_id"] == sample_id), None)
    if sample is None:
        raise ValueError(f"{path} has no sample {sample_id}: {', '.join(each['sample_id'] for each in samples)}")
    turns = tuple(_turns(sample["conversation"]))
    ids = {turn.turn_id for turn in turns}
    drawn = list(_observations(sample["observation"]))
    good = tuple(each for each in drawn if each.cited and ids.issuperset(each.cited))
    return Conversation(sample_id=sample_id, turns=turns, observations=good, unresolved=len(drawn) - len(good))


def _turns(conversation: Mapping[str, Any]) -> Iterator[Turn]:
    """Yield the turns, one second apart within a session: LoCoMo knows the time of its beginning only, and no zone."""
    numbers = sorted(int(found[1]) for name in conversation if (found := _SESSION.fullmatch(name)))
    for number in numbers:
        began = datetime.strptime(conversation[f"session_{number}_date_time"], _TIME).replace(tzinfo=UTC)
        for place, turn in enumerate(conversation[f"session_{number}"]):
            at = began + timedelta(seconds=place)
            yield Turn(turn_id=turn["dia_id"], speaker=turn["speaker"], text=turn["text"], said_at=at)


def _observations(sessions: Mapping[str, Any]) -> Iterator[Observation]:
    for by_speaker in sessions.values():
        for subject, drawn in by_speaker.items():
            for statement, evidence in drawn:
                # One id, several in one text, or a list of them: all occur.
                cited = _TURN_ID.findall(json.dumps(evidence))
                yield Observation(subject=subject, statement=statement, cited=tuple(dict.fromkeys(cited)))
