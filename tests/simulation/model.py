"""The model of a simulated world: it finds the canary in each new line, and notes whatever it should not be asked."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from bench.model_server.facts import known, numbered, summaries
from enrichment.domain.messages import Message
from enrichment.domain.prompt import Answer, Prompt, Usage
from enrichment.errors import ModelFailure, ModelUnavailable, UnusableAnswer
from enrichment.ports import Passage
from tests.fakes.database import Truth
from tests.faults.canaries import CANARY, fact


@dataclass
class SimulatedModel:
    """``ports.Model``; it refuses prompts with a canary of ``poison``, and answers nobody while it ``is_down``."""

    truth: Callable[[], Truth]
    poison: set[str] = field(default_factory=set)
    is_down: bool = False
    wrong: list[str] = field(default_factory=list)
    calls: int = 0

    name = "simulated"
    price_known = True

    def price(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> Decimal:
        return Decimal(0)

    async def answer(self, prompt: Prompt, way: object | None = None) -> Answer:
        """Answer that the speaker owns the teapot of each canary's name."""
        self.calls += 1
        self._look([prompt.numbers[number] for number in sorted(prompt.new)], prompt.user)
        if self.is_down:
            raise ModelUnavailable(ModelFailure.SERVER, "is down")
        lines = tuple(numbered(prompt.user))
        canaries = [(line, canary) for line in lines if line.new for canary in CANARY.findall(line.text)]
        if {canary for _, canary in canaries} & self.poison:
            raise UnusableAnswer(ModelFailure.REFUSAL, "will not read this")
        ids = known(prompt.user)
        facts = [fact(line, canary, ids) for line, canary in canaries]
        digest = {"facts": facts, "signals": [], "windows": list(summaries(lines))}
        return Answer(text=json.dumps(digest), model=self.name, usage=Usage())

    def _look(self, new: list[Message], text: str) -> None:
        """Nobody's prompt holds another's words, and nothing is asked whose answer is there (I4, I6).

        Only for open batches: who stalls before sending may be late, which costs that batch once.
        """
        truth = self.truth()
        if len({canary.partition("m")[0] for canary in CANARY.findall(text)}) > 1:
            self.wrong.append("several users in one prompt")
        ended = {(end.ref, end.content_hash) for end in truth.in_force()}
        is_open = {
            (message.ref, message.content_hash): one.answer is not None
            for one in truth.open.values()
            for message in one.messages
        }
        asked = {(message.ref, message.content_hash) for message in new} & is_open.keys()
        self.wrong += [f"asked again although its end is known: {ref}" for ref, _ in asked & ended]
        self.wrong += [f"asked again although its answer is stored: {key[0]}" for key in asked if is_open[key]]


class OpenGate:
    """``ports.Gate`` that lets everything through once."""

    is_resting = False

    @asynccontextmanager
    async def passage(self, tokens: int) -> AsyncIterator[Passage]:
        yield Passage()

    def pause(self, error: ModelUnavailable, tries: int, spent_seconds: float) -> float | None:
        return None
