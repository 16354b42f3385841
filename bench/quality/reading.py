"""A conversation through the pure half of the program: planned, asked, checked, merged; no store and no server.

No prompt shows known facts, so that a recorded answer depends on the messages and nothing that was learnt before; what
the memory merges by claim and object is merged here too.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from bench.locomo.conversation import Conversation, Turn
from bench.locomo.delivery import BOT
from bench.model_server.tokens import count
from bench.quality.answers import Answers
from enrichment.digest.answer import parsed
from enrichment.digest.ask import ask
from enrichment.digest.read import read
from enrichment.domain.batches import Batch, Known, Limits
from enrichment.domain.changes import UserHistory
from enrichment.domain.dates import Interval
from enrichment.domain.digest import ExtractedFact
from enrichment.domain.messages import Message, PointRef, Role
from enrichment.domain.prompt import Prompt
from enrichment.domain.text import content_hash
from enrichment.errors import UnusableAnswer
from enrichment.memory.claims import extracted_key
from enrichment.planning.context import with_context
from enrichment.planning.turn import plan_turn

USER = "user"
LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A fact as it would be remembered; ``cited`` are the ids of the turns behind it."""

    statement: str
    subject: str
    cited: frozenset[str]
    occurred: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What a conversation taught, and what that took; tokens are o200k, schema included, as if all were sent.

    ``items`` are the facts of the answers before any check, ``quoted`` those whose quote stands in a turn they cite.
    """

    messages: int
    facts: tuple[Told, ...]
    calls: int
    unusable: int
    items: int
    quoted: int
    prompt_tokens: int
    completion_tokens: int
    refused: Mapping[str, int]


async def learn(conversation: Conversation, answers: Answers) -> Learnt:
    """Read all messages with these answers."""
    messages = [_message(turn) for turn in conversation.turns]
    reading = _Reading({message.ref: message for message in messages})
    for batch in plan_turn(USER, messages, UserHistory(), LIMITS).batches:
        await reading.read(batch, answers)
    return reading.learnt()


class _Reading:
    """What was learnt so far."""

    def __init__(self, messages: Mapping[PointRef, Message]) -> None:
        self._messages = messages
        self._facts: dict[object, Told] = {}
        self._refused: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    async def read(self, planned: Batch, answers: Answers) -> None:
        batch = with_context(planned, self._messages, LIMITS)
        prompt = ask(batch, Known())
        text = await answers.answer(prompt)
        self._counts["calls"] += 1
        self._counts["prompt_tokens"] += _tokens(prompt)
        self._counts["completion_tokens"] += count(text)
        try:
            items = parsed(text).facts
            self._counts["items"] += len(items)
            self._counts["quoted"] += sum(is_quoted(item, prompt.numbers) for item in items)
            digest = read(batch, prompt, Known(), text)
        except UnusableAnswer:
            self._counts["unusable"] += 1
            return
        self._refused.update(one.reason.value for one in digest.refused)
        for fact in digest.facts:
            self._remember(fact)

    def _remember(self, fact: ExtractedFact) -> None:
        if fact.flagged is not None:
            return
        cited = frozenset(one.ref.point_id for one in fact.evidence)
        new = Told(statement=fact.statement, subject=fact.subject, cited=cited, occurred=fact.occurred)
        same = self._facts.setdefault(extracted_key(fact), new)
        self._facts[extracted_key(fact)] = replace(
            same, cited=same.cited | cited, occurred=same.occurred or new.occurred
        )

    def learnt(self) -> Learnt:
        names = ("calls", "unusable", "items", "quoted", "prompt_tokens", "completion_tokens")
        counts = {name: self._counts[name] for name in names}
        facts = tuple(self._facts.values())
        return Learnt(messages=len(self._messages), facts=facts, refused=dict(self._refused), **counts)


def is_quoted(item: Any, numbers: Mapping[int, Message]) -> bool:  # noqa: ANN401 - whatever a model wrote
    """Whether an item's quote is, but for case and white space, a part of one of the messages that it cites."""
    if not isinstance(item, dict) or not isinstance(item.get("q"), str) or not isinstance(item.get("m"), Sequence):
        return False
    quote = _plain(item["q"])
    cited = [numbers[number] for number in item["m"] if isinstance(number, int) and number in numbers]
    return bool(quote) and any(quote in _plain(message.text) for message in cited)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _tokens(prompt: Prompt) -> int:
    return sum(map(count, (orjson.dumps(prompt.schema).decode(), prompt.system, prompt.user)))


def _message(turn: Turn) -> Message:
    return Message(
        points=(PointRef("locomo", turn.turn_id),),
        user_id=USER,
        bot_name=BOT,
        role=Role.USER,
        author=turn.speaker,
        text=turn.text,
        content_hash=content_hash(Role.USER, turn.text),
        said_at=turn.said_at,
        message_id=turn.turn_id,
    )
