"""A prompt to ask with, and the loop that asks in each way that a server demands."""

from enrichment.domain.prompt import Answer, Prompt
from enrichment.errors import AskedWrongly
from enrichment.ports import Model

SECRET = "the words of a stranger"
PROMPT = Prompt(
    system="Read this.",
    user=SECRET,
    schema={"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    schema_name="digest",
    numbers={},
    new=frozenset(),
    windows=(),
    version="1",
    max_answer_tokens=512,
)


async def answered(model: Model, prompt: Prompt = PROMPT) -> Answer:
    """Ask until the server takes the way of asking."""
    way: object | None = None
    while True:
        try:
            return await model.answer(prompt, way)
        except AskedWrongly as wrongly:
            way = wrongly.instead
