"""A prompt, and the answer to it: what goes over the wire and what it cost."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from enrichment.domain.batches import Window
from enrichment.domain.facts import Fact
from enrichment.domain.messages import Message
from enrichment.domain.text import tokens_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One model call: a byte-stable system prefix, the user's part, and the JSON schema of the answer.

    ``numbers`` maps the message numbers of the prompt to messages, context lines included; ``new`` are the numbers that
    were not read before, ``absent`` those of messages that it was asked about and that are not read with this answer.
    ``windows`` are the batch's: the answer calls them 1, 2, … in this order. ``known`` are
    the facts shown, by their short ids.
    """

    system: str
    user: str
    schema: Mapping[str, Any]
    schema_name: str
    numbers: Mapping[int, Message]
    new: frozenset[int]
    windows: tuple[Window, ...]
    version: str
    max_answer_tokens: int
    known: Mapping[str, Fact] = field(default_factory=dict)
    absent: frozenset[int] = frozenset()

    @property
    def hash(self) -> bytes:
        """The 32 bytes that identify what was asked for: version, system prefix and schema, without user data."""
        material = "\0".join((self.version, self.system, json.dumps(self.schema, sort_keys=True)))
        return hashlib.sha256(material.encode()).digest()

    @property
    def estimated_tokens(self) -> int:
        """The prompt's size as estimated before sending, schema included."""
        return sum(map(tokens_in, self._parts))

    @property
    def fixed_tokens(self) -> int:
        """How much of that is the same in every prompt, so that a provider may have it in its cache."""
        system, _, schema = self._parts
        return tokens_in(system) + tokens_in(schema)

    @property
    def most_tokens(self) -> int:
        """What the prompt cannot exceed: no tokenizer of bytes makes more tokens than there are bytes."""
        return sum(len(part.encode("utf-8", "surrogatepass")) for part in self._parts)

    @property
    def _parts(self) -> tuple[str, str, str]:
        return self.system, self.user, json.dumps(self.schema, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptLimits:
    """How much of what is remembered a prompt shows, and how long its answer may be, all in tokens."""

    known_tokens: int = 300
    summary_tokens: int = 200
    max_answer_tokens: int = 16_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a call used, in tokens, and what it cost in US dollars, None where nobody knows.

    Cached tokens are part of the prompt tokens.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: Decimal | None = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLengths:
    """Answer tokens for each new message, from a low to a high call, and the number of calls that say so."""

    low: float
    high: float
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The raw text of an answer with its usage, as stored before anything is parsed."""

    text: str
    model: str
    usage: Usage
    generation_id: str | None = None
