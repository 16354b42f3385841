"""The program, with one message that kills whoever reads its part of an answer."""

import os
import runpy
import signal

from enrichment import turn
from enrichment.digest.read import read
from enrichment.domain.batches import Batch, Known
from enrichment.domain.digest import Digest
from enrichment.domain.prompt import Prompt

POISON = "u01m0037"


def _read(batch: Batch, prompt: Prompt, known: Known, answer: str) -> Digest:
    if any(POISON in message.text for message in batch.messages):
        os.kill(os.getpid(), signal.SIGKILL)
    return read(batch, prompt, known, answer)


if __name__ == "__main__":
    turn.read = _read  # type: ignore[assignment, attr-defined]  # imported there by name
    runpy.run_module("enrichment", run_name="__main__", alter_sys=True)
