"""What the server does next and what it did so far: the part of it that tests hold in their hands."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bench.model_server.behaviours import Behaviour, Normal
from bench.model_server.requests import ChatRequest
from bench.model_server.responders import Fixed, Responder
from bench.model_server.tokens import PromptCache

Decide = Callable[[ChatRequest], Behaviour | None]


@dataclass(slots=True)
class Stats:
    """What happened since the start or the last reset; tokens are those of answers that carried a usage.

    ``calls`` counts every chat request, those that fail and bad ones too. ``discounted_tokens`` are the cached ones of
    prefixes that are long enough for a discount.
    """

    calls: int = 0
    bad_requests: int = 0
    embedded_texts: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    discounted_tokens: int = 0
    completion_tokens: int = 0
    in_flight: int = 0
    most_in_flight: int = 0


class Scripted:
    """The state between requests; its attributes may be set from any thread.

    Each request waits ``latency_seconds``, then takes the next scripted behaviour. When the script is empty,
    ``decide(request)`` is asked, and None means ``Normal()``: what ``responder`` says.
    """

    def __init__(self, responder: Responder | None = None, *, keep: int = 1_000) -> None:
        """Answer by ``responder`` after each reset; remember the last ``keep`` requests."""
        self._first_responder: Responder = responder or Fixed()
        self._changed = threading.Condition()
        self._script: deque[Behaviour] = deque()
        self.requests: deque[ChatRequest] = deque(maxlen=keep)
        self.reset()

    def reset(self) -> None:
        """Forget the script, the requests, the counters and the prompt cache, and behave again."""
        self.responder = self._first_responder
        self.latency_seconds = 0.0
        self.decide: Decide = lambda _: None
        self.stats = Stats()
        self.cache = PromptCache()
        self.requests.clear()
        self._script.clear()

    def script(self, *behaviours: Behaviour) -> None:
        """Append behaviours for the next requests, one each."""
        self._script.extend(behaviours)

    def wait_for_calls(self, calls: int, timeout_seconds: float = 30) -> None:
        """Block until that many chat requests have arrived; raises ``TimeoutError``."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.stats.calls >= calls, timeout_seconds):
                raise TimeoutError(f"{self.stats.calls} of {calls} calls arrived in {timeout_seconds} s")

    def behaviour_for(self, request: ChatRequest) -> Behaviour:
        """Take what comes next for this request."""
        return self._script.popleft() if self._script else self.decide(request) or Normal()

    def arrived(self) -> Stats:
        """Count a call; return the counters that it belongs to, its number being ``calls``."""
        with self._changed:
            self.stats.calls += 1
            self.stats.in_flight += 1
            self.stats.most_in_flight = max(self.stats.most_in_flight, self.stats.in_flight)
            return self.stats

    def understood(self, request: ChatRequest) -> None:
        """Keep a request, and wake those who wait for it."""
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()
