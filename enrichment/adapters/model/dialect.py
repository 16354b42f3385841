"""How a server wants to be asked: learnt from its refusals, one step at a time, and remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

import orjson

from enrichment.domain.prompt import Prompt

_TEMPERATURE = 0
_PROBE_TOKENS = 16
# Some servers refuse JSON that their own limit has cut.
_PROBE_TOKENS_JSON = 256
_LIMITS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


class Form(IntEnum):
    """The ladder of ways to demand JSON, best first."""

    JSON_SCHEMA = 0
    JSON_OBJECT = 1
    PLAIN = 2


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server takes: the form of the answer, a temperature, its name for the output limit, fields of its own."""

    form: Form = Form.JSON_SCHEMA
    temperature: bool = True
    limit: str = "max_tokens"
    limit_changed: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def body(self, model: str, prompt: Prompt) -> bytes:
        """Return the request; below the first form the schema goes into the system prefix, where it stays cacheable."""
        system = prompt.system
        if self.form is not Form.JSON_SCHEMA:
            system += f"\nThe answer follows this JSON schema:\n{orjson.dumps(prompt.schema).decode()}\n"
        messages = [{"role": "system", "content": system}, {"role": "user", "content": prompt.user}]
        body: dict[str, Any] = {"model": model, "messages": messages, self.limit: prompt.max_answer_tokens}
        body |= self.extra
        if self.temperature:
            body["temperature"] = _TEMPERATURE
        if self.form is not Form.PLAIN:
            body["response_format"] = self._response_format(prompt)
        return orjson.dumps(body)

    def probe(self, model: str, prompt: Prompt) -> bytes:
        """Return the smallest request that shows whether the model answers at all when it is asked in this way."""
        tokens = _PROBE_TOKENS if self.form is Form.PLAIN else _PROBE_TOKENS_JSON
        small = replace(prompt, system="Answer in JSON.", user="Say ok.", max_answer_tokens=tokens)
        return self.body(model, small)

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
        if param == self.limit and not self.limit_changed:
            return replace(self, limit=_LIMITS[self.limit], limit_changed=True)
        if param.startswith("response_format"):
            return self.lower()
        return None

    def lower(self) -> "Dialect | None":
        """Return the dialect one rung down the ladder of forms, None at its end."""
        return None if self.form is Form.PLAIN else replace(self, form=Form(self.form + 1))
