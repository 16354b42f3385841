"""How a server wants to be asked: learnt from its refusals, one step at a time, and remembered."""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import orjson

from enrichment.domain.prompt import Prompt

_TEMPERATURE = 0


class Form(IntEnum):
    """The ladder of ways to demand JSON, best first."""

    JSON_SCHEMA = 0
    JSON_OBJECT = 1
    PLAIN = 2


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server takes: the form of the answer, a temperature, and its name for the output limit."""

    form: Form = Form.JSON_SCHEMA
    temperature: bool = True
    limit: str = "max_tokens"

    def body(self, model: str, prompt: Prompt) -> bytes:
        """Return the request; below the first form the schema goes into the system prefix, where it stays cacheable."""
        system = prompt.system
        if self.form is not Form.JSON_SCHEMA:
            system += f"\nThe answer follows this JSON schema:\n{orjson.dumps(prompt.schema).decode()}\n"
        messages = [{"role": "system", "content": system}, {"role": "user", "content": prompt.user}]
        body: dict[str, Any] = {"model": model, "messages": messages, self.limit: prompt.max_answer_tokens}
        if self.temperature:
            body["temperature"] = _TEMPERATURE
        if self.form is not Form.PLAIN:
            body["response_format"] = self._response_format(prompt)
        return orjson.dumps(body)

    def probe(self, model: str) -> bytes:
        """Return the smallest request that shows whether the model answers at all."""
        return orjson.dumps({"model": model, "messages": [{"role": "user", "content": "Say ok."}], self.limit: 16})

    def _response_format(self, prompt: Prompt) -> dict[str, Any]:
        if self.form is Form.JSON_OBJECT:
            return {"type": "json_object"}
        return {
            "type": "json_schema",
            "json_schema": {"name": prompt.schema_name, "strict": True, "schema": prompt.schema},
        }

    def without(self, param: str) -> "Dialect | None":
        """Return the dialect that does without the parameter that a server refused by name, None if it must stay."""
        if param == "temperature" and self.temperature:
            return replace(self, temperature=False)
        if param == "max_tokens" and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        if param.startswith("response_format"):
            return self.lower()
        return None

    def lower(self) -> "Dialect | None":
        """Return the dialect one rung down the ladder of forms, None at its end."""
        return None if self.form is Form.PLAIN else replace(self, form=Form(self.form + 1))
