"""An OpenAI-compatible model server over real HTTP that answers, or fails, exactly as scripted."""

from bench.model_server.behaviours import (
    After,
    Behaviour,
    BrokenJson,
    ContentFiltered,
    Cut,
    Dripping,
    Dropped,
    ErrorInside,
    Failing,
    Fenced,
    Hanging,
    Held,
    NoChoices,
    Normal,
    NullContent,
    OtherModel,
    RateLimited,
    Refusing,
    Saying,
    Truncated,
)
from bench.model_server.facts import FactResponder, GoldFact
from bench.model_server.process import RemoteModelServer, model_server_process
from bench.model_server.requests import ChatRequest
from bench.model_server.responders import Responder
from bench.model_server.scripted import Stats
from bench.model_server.server import ModelServer

__all__ = [
    "After",
    "Behaviour",
    "BrokenJson",
    "ChatRequest",
    "ContentFiltered",
    "Cut",
    "Dripping",
    "Dropped",
    "ErrorInside",
    "FactResponder",
    "Failing",
    "Fenced",
    "GoldFact",
    "Hanging",
    "Held",
    "ModelServer",
    "NoChoices",
    "Normal",
    "NullContent",
    "OtherModel",
    "RateLimited",
    "Refusing",
    "RemoteModelServer",
    "Responder",
    "Saying",
    "Stats",
    "Truncated",
    "model_server_process",
]
