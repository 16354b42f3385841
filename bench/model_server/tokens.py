"""Exact token counts (o200k) and a prompt cache, as the ``usage`` of a provider reports them."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache

import bpe_openai

from bench.model_server.requests import ChatRequest, content

_ENCODING = bpe_openai.get_encoding("o200k_base")
# The library refuses a million characters; a count that is one token off at each cut is near enough there.
_LONGEST = 900_000
# Below this, providers give no discount: https://platform.openai.com/docs/guides/prompt-caching
SHORTEST_CACHED = 1_024


@lru_cache(maxsize=1024)
def count(text: str) -> int:
    """Count the tokens of a text; system prefixes and schemas are counted once."""
    pieces = (text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST))
    return sum(len(_ENCODING.encode_ordinary(piece)) for piece in pieces)


def parts(request: ChatRequest) -> Iterator[str]:
    """Yield what is paid for, in the order of the provider's cache: the schema, then the messages.

    The few tokens that frame each message differ between providers and are left out.
    """
    if request.schema is not None:
        yield json.dumps(request.schema, ensure_ascii=False, separators=(",", ":"))
    yield from (content(message) for message in request.messages)


def discounted(cached: int) -> int:
    """Return how many of a prompt's cached tokens are cheaper: all of them, or none of a short prefix."""
    return cached if cached >= SHORTEST_CACHED else 0


class PromptCache:
    """Remembers the prefixes of earlier prompts, message by message; the oldest are forgotten."""

    def __init__(self, size: int = 10_000) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._size = size

    def measure(self, request: ChatRequest) -> tuple[int, int]:
        """Return (prompt tokens, of these cached) and remember the prompt."""
        prefix = hashlib.sha256(request.model.encode())
        total = cached = 0
        for part in parts(request):
            prefix.update(part.encode("utf-8", "surrogatepass") + b"\0")
            total += count(part)
            cached = total if prefix.digest() in self._seen else cached
            self._remember(prefix.digest())
        return total, cached

    def _remember(self, prefix: bytes) -> None:
        self._seen[prefix] = None
        self._seen.move_to_end(prefix)
        if len(self._seen) > self._size:
            self._seen.popitem(last=False)
