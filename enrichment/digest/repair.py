"""Asks once more for an answer that had no use: the same prompt and schema, and a line that says what was wrong."""

from collections.abc import Mapping
from dataclasses import replace

from enrichment.domain.prompt import Prompt
from enrichment.errors import ModelFailure

# By reason code, never with words of the bad answer: it may be endless, and it is the text of a stranger.
_TOLD: Mapping[ModelFailure, str] = {
    ModelFailure.SCHEMA: "it was not one JSON object of the demanded form",
    ModelFailure.REJECTED_ITEMS: "most facts cited no line, or a quote that does not stand in the line they cite",
}
REPAIRABLE = frozenset(_TOLD)


def asked_again(prompt: Prompt, failure: ModelFailure) -> Prompt:
    """Return the prompt with the reason below it; ``failure`` is one of ``REPAIRABLE``.

    At the end of the user's part, and not as a third message: many chat templates take alternate roles alone
    (https://github.com/vllm-project/vllm/issues/6862), and what stands before stays in the provider's cache.
    """
    told = f"Your last answer ({failure.value}) could not be used: {_TOLD[failure]}. Answer again, whole and in form."
    return replace(prompt, user=f"{prompt.user}\n{told}")
