"""From a prompt to an answer: each request is let through, reserved, sent, closed, and repeated where that may help."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from enrichment.domain.messages import PointRef
from enrichment.domain.prompt import Answer, Prompt
from enrichment.domain.tally import Tally
from enrichment.errors import AskedWrongly, ModelError, ModelFailure, ModelUnavailable, RunIsOver, UnusableAnswer
from enrichment.failpoints import failpoint
from enrichment.lanes import Lanes
from enrichment.ports import Call, OpenBatch, Passage, Ports


class Asking:
    """What is asked for one open batch; every request that is sent is a row of its own, failures included.

    Requests are sent in one of the ``lanes``; none is begun once ``is_over`` says so.
    """

    def __init__(
        self, ports: Ports, opened: OpenBatch, tally: Tally, lanes: Lanes, is_over: Callable[[], bool]
    ) -> None:
        self.opened = opened
        self._ports = ports
        self._tally = tally
        self._lanes = lanes
        self._is_over = is_over
        self._call: Call | None = None
        self._spent_seconds = 0.0

    async def whole_answer(self, prompt: Prompt, most_tokens: int, cut: set[PointRef]) -> Answer:
        """Ask, and once more with room for ``most_tokens`` if the answer was cut: the limit was our own guess.

        ``cut`` are the messages that have needed that room before, added to here; they are given it at once.
        """
        refs = {message.ref for message in self.opened.batch.messages}
        if not refs & cut and prompt.max_answer_tokens < most_tokens:
            try:
                return await self.answer(prompt)
            except UnusableAnswer as error:
                if error.failure is not ModelFailure.TRUNCATED:
                    raise
            cut |= refs
            self._tally.retries[ModelFailure.TRUNCATED.value] += 1
        return await self.answer(replace(prompt, max_answer_tokens=most_tokens) if refs & cut else prompt)

    async def answer(self, prompt: Prompt) -> Answer:
        """Ask until there is an answer; raises the ``ModelError`` that more requests would not help against.

        Raises ``RunIsOver`` in place of beginning a request after the end.
        """
        tries = 0
        way: object | None = None
        while True:
            try:
                return await self._send(prompt, way)
            except AskedWrongly as wrongly:
                # Each way is a step down from the one before: this comes to an end.
                way = wrongly.instead
            except ModelUnavailable as error:
                tries += 1
                await self._pause(error, tries)

    async def reject(self, failure: ModelFailure) -> None:
        """Note that the last answer, which is paid for, cannot be used."""
        if self._call is not None:
            await self._ports.calls.failed(self._call, failure)

    async def _send(self, prompt: Prompt, way: object | None) -> Answer:
        async with self._ports.gate.passage(prompt.estimated_tokens + prompt.max_answer_tokens) as passage:
            self._tally.waited_seconds += passage.waited_seconds
            most = self._ports.model.price(prompt.most_tokens, prompt.max_answer_tokens)
            call = self._call = await self._lanes.reserved.hold(lambda: self._reserve(most))
            try:
                return await self._call_model(call, prompt, way, passage)
            finally:
                self._lanes.reserved.let_go()

    async def _call_model(self, call: Call, prompt: Prompt, way: object | None, passage: Passage) -> Answer:
        # Only now: all that a lane is held for is the request itself.
        async with self._lanes.calling:
            began = self._ports.clock.monotonic()
            try:
                answer = await self._ports.model.answer(prompt, way)
            except ModelError as error:
                await self._close(call, error)
                raise
            finally:
                self._spent_seconds += self._ports.clock.monotonic() - began
        # Stored before anything is parsed: whatever happens from here on, this answer is not paid for twice.
        await self._ports.calls.answered(call, answer)
        self._count(answer, call, passage)
        return answer

    async def _reserve(self, most: Decimal) -> Call:
        if self._is_over():
            raise RunIsOver("the run is over")
        call = await self._ports.calls.reserve(self.opened, self._ports.model.name, most)
        self._tally.attempts += 1
        failpoint("C3b")
        return call

    async def _close(self, call: Call, error: ModelError) -> None:
        charged = error.charged if isinstance(error.charged, Answer) else None
        await self._ports.calls.failed(call, error.failure, charged, cost_unknown=error.cost_unknown)
        if charged is not None:
            self._count(charged, call, Passage())
        elif error.cost_unknown:
            self._tally.cost_usd += call.reserved_usd

    def _count(self, answer: Answer, call: Call, passage: Passage) -> None:
        usage = answer.usage
        passage.used_tokens = usage.prompt_tokens + usage.completion_tokens
        self._tally.add_call(usage, call.reserved_usd if usage.cost_usd is None else usage.cost_usd)

    async def _pause(self, error: ModelUnavailable, tries: int) -> None:
        """Wait before the next try, or raise the error if there is to be none."""
        seconds = self._ports.gate.pause(error, tries, self._spent_seconds)
        if seconds is None:
            raise error
        self._tally.retries[error.failure.value] += 1
        self._tally.waited_seconds += seconds
        self._spent_seconds += seconds
        await self._ports.clock.sleep(seconds)
