"""The HTTP side: which path does what with the scripted state."""

import json
import time
from dataclasses import asdict
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bench.model_server.embeddings import embed
from bench.model_server.exchange import Exchange, failure
from bench.model_server.facts import FactResponder
from bench.model_server.requests import ChatRequest
from bench.model_server.responders import as_content
from bench.model_server.scripted import Scripted, Stats
from bench.model_server.tokens import discounted

MODELS = {"object": "list", "data": [{"id": "scripted", "object": "model", "owned_by": "bench"}]}
DIMENSIONS = 384


class ChatCompletions:
    """``POST /v1/chat/completions``, close enough to the connection to misbehave on it.

    ``scope["state"]["transport"]`` has to be the connection's transport.
    """

    def __init__(self, scripted: Scripted) -> None:
        self._scripted = scripted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        arrived_at = time.monotonic()
        stats = self._scripted.arrived()
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            parsed = json.loads(body)
            request = ChatRequest.checked(parsed, number=stats.calls, arrived_at=arrived_at, headers=headers)
        except ValueError as error:
            stats.bad_requests += 1
            stats.in_flight -= 1
            refused = failure(str(error), kind="invalid_request_error", param=getattr(error, "param", None))
            await JSONResponse(refused, status_code=HTTPStatus.BAD_REQUEST)(scope, receive, send)
        else:
            await self._play(request, stats, receive, send, scope)

    async def _play(self, request: ChatRequest, stats: Stats, receive: Receive, send: Send, scope: Scope) -> None:
        scripted = self._scripted
        scripted.understood(request)
        behaviour = scripted.behaviour_for(request)
        prompt_tokens, cached_tokens = scripted.cache.measure(request)
        exchange = Exchange(
            request=request,
            answer=as_content(scripted.responder.answer(request)),
            prompt_tokens=prompt_tokens,
            cached_tokens=cached_tokens,
            receive=receive,
            send=send,
            transport=scope["state"]["transport"],
        )
        try:
            await exchange.wait(scripted.latency_seconds)
            await behaviour.play(exchange)
        finally:
            leave(stats, exchange)


def leave(stats: Stats, exchange: Exchange) -> None:
    """Note that a request is over, and what was charged for it."""
    stats.in_flight -= 1
    if exchange.charged:
        stats.prompt_tokens += exchange.prompt_tokens
        stats.cached_tokens += exchange.cached_tokens
        stats.discounted_tokens += discounted(exchange.cached_tokens)
        stats.completion_tokens += exchange.completion_tokens


def routes(scripted: Scripted) -> Starlette:
    """Return the application: chat, embeddings, models, and ``/stats`` for benches in another process."""

    async def embeddings(request: Request) -> JSONResponse:
        body = await request.json()
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        scripted.stats.embedded_texts += len(texts)
        vectors = [embed(text, body.get("dimensions", DIMENSIONS)) for text in texts]
        data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
        return JSONResponse({"object": "list", "model": body["model"], "data": data})

    async def models(_: Request) -> JSONResponse:
        return JSONResponse(MODELS)

    async def stats(_: Request) -> JSONResponse:
        responder = scripted.responder
        given = responder.given if isinstance(responder, FactResponder) else {}
        more = {
            "facts_given": {str(place): times for place, times in given.items()},
            "shown_tokens": dict(responder.shown) if isinstance(responder, FactResponder) else {},
            "cpu_seconds": time.process_time(),
        }
        return JSONResponse({**asdict(scripted.stats), **more})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", ChatCompletions(scripted), methods=["POST"]),
            Route("/v1/embeddings", embeddings, methods=["POST"]),
            Route("/v1/models", models),
            Route("/stats", stats),
        ]
    )
