"""A client of the scripted server that takes it for a certain provider's."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from bench.model_server import ModelServer
from bench.model_server.responders import Fixed
from enrichment.adapters.model.openai_compatible import OpenAICompatible, openai_compatible
from enrichment.options import endpoint
from enrichment.settings import ModelSettings

Client = Callable[..., Awaitable[OpenAICompatible]]
ANSWER: dict[str, list[str]] = {"facts": [], "signals": [], "windows": []}


@pytest.fixture
async def client(model_server: ModelServer) -> AsyncIterator[Client]:
    """Opens clients by settings, as the program does."""
    model_server.responder = Fixed(ANSWER)
    async with AsyncExitStack() as stack:

        async def opened(**settings: object) -> OpenAICompatible:
            model = ModelSettings.model_validate(
                {"base_url": model_server.base_url, "name": "gpt-x", "timeout_seconds": 5, **settings}
            )
            return await stack.enter_async_context(openai_compatible(endpoint(model, model_server.base_url)))

        yield opened
