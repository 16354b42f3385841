"""Where answers come from: the gold, the offline rules, a folder of recorded ones, or a model that is asked once."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bench.dates import predict, session_day
from bench.locomo.conversation import Conversation
from bench.locomo.delivery import gold_facts
from bench.locomo.questions import TimeQuestion
from bench.model_server import ChatRequest, FactResponder, GoldFact
from enrichment.adapters.model.offline import digest as offline_answer
from enrichment.domain.prompt import Answer, Prompt
from enrichment.errors import AskedWrongly, UnusableAnswer
from enrichment.ports import Model


class Answers(Protocol):
    """Answers prompts as a model does."""

    async def answer(self, prompt: Prompt) -> str:
        """Return the raw text."""


class GoldAnswers:
    """States an observation when all turns that it cites are in the prompt, as the model server does.

    Observations have no dates: each gets the words for a time in that sentence of its turns that says most of it.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._responder = FactResponder(_dated(conversation))

    async def answer(self, prompt: Prompt) -> str:
        said = ({"role": "user", "content": prompt.user},)
        request = ChatRequest(number=1, arrived_at=0, model="gold", messages=said, body={}, headers={})
        return json.dumps(self._responder.answer(request))


class OfflineAnswers:
    """The offline rules."""

    async def answer(self, prompt: Prompt) -> str:
        return json.dumps(offline_answer(prompt))


class RecordedAnswers:
    """Answers by sha256 of model, prompt and input in a folder; ``live`` is asked for those that are missing."""

    def __init__(self, folder: Path, name: str, live: Model | None = None) -> None:
        self._folder = folder
        self._name = name
        self._live = live

    async def answer(self, prompt: Prompt) -> str:
        """Return the text; raises ``LookupError`` if there is none and nobody to ask, or what the model raises."""
        file = self._folder / f"{key(self._name, prompt)}.json"
        if file.exists():
            return str(json.loads(file.read_text(encoding="utf-8"))["answer"])
        if self._live is None:
            raise LookupError(
                f"{self._folder} has no answer of {self._name} to prompt {prompt.hash.hex()[:12]} with this input: "
                "the prompt, the batches or the data have changed since, and it has to be recorded again"
            )
        text = await _asked(self._live, prompt)
        self._folder.mkdir(parents=True, exist_ok=True)
        recorded = {"model": self._name, "prompt": prompt.hash.hex(), "answer": text}
        file.write_text(json.dumps(recorded, ensure_ascii=False), encoding="utf-8")
        return text


def key(model: str, prompt: Prompt) -> str:
    """Return the name under which an answer is recorded."""
    return hashlib.sha256(f"{model}\0{prompt.hash.hex()}\0{prompt.user}".encode()).hexdigest()


async def _asked(model: Model, prompt: Prompt) -> str:
    """Ask until the server takes the way of asking; an answer that cannot be used is one, and counts as such."""
    way: object | None = None
    while True:
        try:
            return (await model.answer(prompt, way)).text
        except AskedWrongly as error:
            way = error.instead
        except UnusableAnswer as error:
            if not isinstance(error.charged, Answer):
                raise
            return error.charged.text


def _dated(conversation: Conversation) -> list[GoldFact]:
    turns = {turn.turn_id: turn for turn in conversation.turns}
    dated = []
    for each, row in zip(conversation.observations, gold_facts(conversation), strict=True):
        cited = tuple(turns[turn_id] for turn_id in each.cited)
        about = TimeQuestion(text=each.statement, answer="", gold=session_day(cited[0]), evidence=cited)
        dated.append(replace(GoldFact(**row), time_words=predict(about)[0]))
    return dated
