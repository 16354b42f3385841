"""``python -m bench.selective``: what a conversation would lose if small talk alone were never read."""

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.locomo.conversation import Turn, read
from bench.report import show
from enrichment.domain.batches import Batch, SessionKey, Window, new_session_id
from enrichment.domain.messages import Message, PointRef, Role
from enrichment.domain.text import content_hash
from enrichment.planning.worth import is_worth_reading

EXAMPLES = """\
examples:
  python -m bench.selective --data locomo10.json
  python -m bench.selective --data locomo10.json --json

Each message is taken as if nothing else were due with it, the worst case: read together with others, none is skipped.
"""
BOT = "listener"


@dataclass(frozen=True, slots=True)
class Sample:
    """The sessions of a conversation, and the turns that gold facts and questions rest on."""

    sessions: tuple[tuple[Turn, ...], ...]
    evidence: frozenset[str]


def main() -> None:
    """Print the report; exit with 1 if more than half a percent of the gold evidence would be lost."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.selective",
        description="Count the messages that would be skipped as small talk, and the gold evidence among them.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="LoCoMo's JSON file")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    show(report := measure(samples(chosen.data)), as_json=chosen.json)
    raise SystemExit(int(report["gold_evidence_lost"] > MOST_LOST))


MOST_LOST = 0.005


def samples(path: Path) -> list[Sample]:
    """Read all conversations of the file."""
    found = []
    for sample in json.loads(path.read_text(encoding="utf-8")):
        conversation = read(path, sample["sample_id"])
        asked = (turn_id for question in sample["qa"] for turn_id in question.get("evidence", ()))
        cited = (turn_id for each in conversation.observations for turn_id in each.cited)
        sessions: dict[str, list[Turn]] = {}
        for turn in conversation.turns:
            sessions.setdefault(re.sub(r":.*", "", turn.turn_id), []).append(turn)
        found.append(Sample(tuple(map(tuple, sessions.values())), frozenset((*asked, *cited))))
    return found


def measure(found: Sequence[Sample]) -> dict[str, Any]:
    """Return shares of messages, and the texts that would be lost although something rests on them."""
    messages, skipped, evidence = 0, 0, 0
    lost: list[Turn] = []
    for sample in found:
        for session in sample.sessions:
            for place, turn in enumerate(session):
                is_evidence = turn.turn_id in sample.evidence
                is_skipped = not is_worth_reading(alone(session[max(0, place - 3) : place], turn))
                messages, evidence, skipped = messages + 1, evidence + is_evidence, skipped + is_skipped
                lost += [turn] * (is_evidence and is_skipped)
    return {
        "messages": messages,
        "skipped_alone": round(skipped / messages, 4),
        "gold_evidence": evidence,
        "gold_evidence_lost": round(len(lost) / evidence, 4),
        "lost": [{"turn": turn.turn_id, "text": turn.text} for turn in lost],
    }


def alone(before: Sequence[Turn], turn: Turn) -> Batch:
    """Return a batch of one message, with what was said before as context."""
    *context, message = (_message(each) for each in (*before, turn))
    key = SessionKey(BOT)
    window = Window(session_id=new_session_id("user", message), key=key, messages=(message,), context=tuple(context))
    return Batch(user_id="user", bot_name=BOT, scope="", windows=(window,))


def _message(turn: Turn) -> Message:
    return Message(
        points=(PointRef("locomo", turn.turn_id),),
        user_id="user",
        bot_name=BOT,
        role=Role.USER,
        author=turn.speaker,
        text=turn.text,
        content_hash=content_hash("user", turn.text),
        said_at=turn.said_at,
    )


if __name__ == "__main__":
    main()
