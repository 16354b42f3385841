"""What is particular to a provider: chosen by the address's host, or by name in the settings, never by what it says.

Sources: OpenAI, https://platform.openai.com/docs/api-reference/chat; OpenRouter, https://openrouter.ai/docs/guides/routing/provider-selection
and https://openrouter.ai/docs/guides/privacy/zdr; Ollama, https://docs.ollama.com/api/openai-compatibility.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


class Provider(StrEnum):
    """Who answers at an address; ``OTHER`` is any server that speaks OpenAI's chat completions."""

    OPENAI = "openai"
    OPENROUTER = "openrouter"
    VLLM = "vllm"
    OLLAMA = "ollama"
    LLAMA_CPP = "llama_cpp"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a provider is asked first, and what to make of its answers.

    ``extra`` goes into each request. ``limit`` is its name for the output limit. ``self_hosted``: tokens cost nothing.
    ``cuts_prompts``: it leaves out what does not fit its window, and only its token count tells.
    """

    extra: Mapping[str, Any] = field(default_factory=dict)
    limit: str = "max_tokens"
    self_hosted: bool = False
    cuts_prompts: bool = False


_HOSTS: Mapping[str, Provider] = {"api.openai.com": Provider.OPENAI, "openrouter.ai": Provider.OPENROUTER}
# The port that a server takes if nobody gives it another, where no other kind of server is known to.
_PORTS: Mapping[int, Provider] = {11434: Provider.OLLAMA}


def provider_at(base_url: str) -> Provider:
    """Return who answers at this address, as far as its host or port tell."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    by_host = next((known for name, known in _HOSTS.items() if host == name or host.endswith(f".{name}")), None)
    return by_host or _PORTS.get(parts.port or 0, Provider.OTHER)


def profile_of(provider: Provider, *, data_collection: str = "deny", zero_data_retention: bool = False) -> Profile:
    """Return what is particular to a provider; only routers can choose about ``data_collection`` and retention."""
    match provider:
        case Provider.OPENAI:
            # `max_tokens` is deprecated there, and refused by the newer models.
            return Profile(limit="max_completion_tokens")
        case Provider.OPENROUTER:
            # Without `require_parameters` it drops what the provider behind it does not take, the schema included.
            routing = {"require_parameters": True, "data_collection": data_collection}
            return Profile(extra={"provider": routing | ({"zdr": True} if zero_data_retention else {})})
        case Provider.OLLAMA:
            return Profile(self_hosted=True, cuts_prompts=True)
        case Provider.VLLM | Provider.LLAMA_CPP:
            return Profile(self_hosted=True)
        case Provider.OTHER:
            return Profile()
