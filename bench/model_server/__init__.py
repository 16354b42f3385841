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
    "Failing",
    "Fenced",
    "Hanging",
    "Held",
    "ModelServer",
    "NoChoices",
    "Normal",
    "NullContent",
    "OtherModel",
    "RateLimited",
    "Refusing",
    "Responder",
    "Saying",
    "Stats",
    "Truncated",
]
