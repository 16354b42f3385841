"""What a run would call and cost: the same planning and the same prompts, nothing sent and nothing written."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal

from enrichment.digest.ask import ask
from enrichment.domain.prompt import AnswerLengths, Prompt
from enrichment.domain.selection import Selection
from enrichment.planning.turn import plan_turn
from enrichment.ports import Backlog, History, Memory, Model, PendingMessages
from enrichment.turn import TurnLimits

# Before anything is known of a model: a fraction and a multiple of the 50 that a strong model wrote in a measurement.
PRIOR = AnswerLengths(low=20, high=80)
# How far the estimate of a prompt's tokens may be off.
_ERROR = 0.15


@dataclass(slots=True, kw_only=True)
class Forecast:
    """Calls are exact if none fails, prompt tokens are estimated, the cost is a range in US dollars.

    ``price_known`` False: the model's price is not, and the range is made with one that is meant to be too high.
    """

    users: int = 0
    messages: int = 0
    skipped: int = 0
    model_calls: int = 0
    prompt_tokens: int = 0
    cost_usd_low: Decimal = Decimal(0)
    cost_usd_high: Decimal = Decimal(0)
    price_known: bool = True
    lengths: AnswerLengths = PRIOR
    first_prompt: Prompt | None = None

    def add(self, prompt: Prompt, model: Model) -> None:
        """Count one call: at best with the common part in the provider's cache, at worst with nothing there."""
        low, high = (round(tokens * len(prompt.new)) for tokens in (self.lengths.low, self.lengths.high))
        tokens, most = prompt.estimated_tokens, prompt.max_answer_tokens
        self.model_calls += 1
        self.prompt_tokens += tokens
        self.cost_usd_low += model.price(round(tokens * (1 - _ERROR)), min(low, most), prompt.fixed_tokens)
        self.cost_usd_high += model.price(round(tokens * (1 + _ERROR)), min(high, most))
        self.first_prompt = self.first_prompt or prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecaster:
    """What a forecast reads from; ``backlog`` is filled by it and kept in memory."""

    pending: PendingMessages
    backlog: Backlog
    history: History
    memory: Memory
    model: Model
    lengths: AnswerLengths = PRIOR

    async def forecast(self, limits: TurnLimits, selection: Selection) -> Forecast:
        """Plan everything that is pending now."""
        for collection in await self.pending.collections():
            if selection.admits_collection(collection):
                await self.backlog.replace(collection, self.pending.backlog(collection))
        result = Forecast(price_known=self.model.price_known, lengths=self.lengths)
        async for user_id in self._users(selection):
            result.users += 1
            while points := await self.backlog.points(user_id, limits.messages):
                refs = [point.ref for point in points]
                fetched = await self.pending.fetch(user_id, refs)
                messages = tuple(filter(selection.admits, fetched.messages))
                history = await self.history.history(user_id, messages, fetched.skipped)
                plan = plan_turn(user_id, messages, history, limits.batches)
                result.messages += sum(len(batch.messages) for batch in plan.batches)
                result.skipped += len(fetched.skipped) + len(plan.skipped)
                result.skipped += sum(len(batch.messages) for batch, _ in plan.passed_over)
                for batch in plan.batches:
                    prompt = ask(batch, await self.memory.known(batch), limits=limits.prompts)
                    result.add(prompt, self.model)
                await self.backlog.remove(user_id, refs)
        return result

    async def _users(self, selection: Selection) -> AsyncIterator[str]:
        found = [user.user_id async for page in self.backlog.candidates() for user in page]
        for user_id in filter(selection.admits_user, found):
            yield user_id
