"""One request and the way to answer it, down to single bytes and the closing of the connection."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.types import Message, Receive, Send

from bench.model_server import tokens
from bench.model_server.requests import ChatRequest


@dataclass(slots=True, kw_only=True)
class Exchange:
    """What a behaviour works with; ``answer`` is what the responder says, ``completion_tokens`` what was sent of it.

    ``charged`` says whether the provider reported a usage at all.
    """

    request: ChatRequest
    answer: str
    prompt_tokens: int
    cached_tokens: int
    receive: Receive
    send: Send
    transport: asyncio.Transport
    completion_tokens: int = field(default=0, init=False)
    charged: bool = field(default=False, init=False)

    def completion(
        self,
        said: str | None,
        *,
        finish_reason: str = "stop",
        refusal: str | None = None,
        model: str | None = None,
    ) -> dict[str, Any]:
        """Return a completion in the provider's form, with its usage."""
        self.charged = True
        self.completion_tokens = tokens.count(said or refusal or "")
        message = {"role": "assistant", "content": said, "refusal": refusal}
        return {
            "id": f"chatcmpl-{self.request.number}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": model or self.request.model,
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
            "usage": {
                "prompt_tokens": self.prompt_tokens,
                "completion_tokens": self.completion_tokens,
                "total_tokens": self.prompt_tokens + self.completion_tokens,
                "prompt_tokens_details": {"cached_tokens": self.cached_tokens},
            },
        }

    async def wait(self, seconds: float) -> None:
        """Wait until that long after the request arrived, so that our own work is part of the latency."""
        await asyncio.sleep(max(0.0, self.request.arrived_at + seconds - time.monotonic()))

    async def reply(
        self, payload: Mapping[str, Any], status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a whole JSON answer."""
        body = encoded(payload)
        await self.start(len(body), status, headers)
        await self.write(body, more=False)

    async def start(self, length: int, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> None:
        """Send the status and the headers, promising that many bytes."""
        named = {"content-type": "application/json", "content-length": str(length), **(headers or {})}
        pairs = [(name.lower().encode(), value.encode()) for name, value in named.items()]
        await self.send({"type": "http.response.start", "status": int(status), "headers": pairs})

    async def write(self, data: bytes, *, more: bool = True) -> None:
        """Send a piece of the body."""
        await self.send({"type": "http.response.body", "body": data, "more_body": more})

    async def gone(self) -> None:
        """Wait until the client has gone away."""
        message: Message = {"type": ""}
        while message["type"] != "http.disconnect":
            message = await self.receive()

    async def close(self) -> None:
        """Close the connection after what was sent so far."""
        self.transport.close()
        # Returning before the server knows would make it send a 500.
        await self.gone()


def encoded(payload: Mapping[str, Any]) -> bytes:
    """Return JSON as bytes."""
    return json.dumps(payload, ensure_ascii=False).encode("utf-8", "surrogatepass")


def failure(
    message: str, *, code: str | None = None, kind: str = "api_error", param: str | None = None
) -> dict[str, Any]:
    """Return an error in the provider's form."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
