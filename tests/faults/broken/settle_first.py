"""Breaks the order of the protocol: the flags are written before the commit."""

from enrichment.domain.outcomes import Outcome, Settlement
from enrichment.domain.prompt import Answer, Prompt
from enrichment.ports import OpenBatch
from enrichment.turn import Turn

_remember = Turn._remember  # noqa: SLF001  # what is to be broken


async def _settle_and_remember(turn: Turn, opened: OpenBatch, prompt: Prompt, answer: Answer) -> None:
    flags = [
        Settlement(ref=ref, outcome=Outcome.COMPLETED, reason=None, content_hash=message.content_hash)
        for message in opened.batch.messages
        for ref in message.points
    ]
    await turn._ports.pending.settle(flags)  # noqa: SLF001  # the same
    await _remember(turn, opened, prompt, answer)


Turn._remember = _settle_and_remember  # type: ignore[assignment, method-assign]  # noqa: SLF001  # the same
