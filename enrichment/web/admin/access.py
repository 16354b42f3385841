"""Who may come in: whoever has the token, for a working day; without a token, whoever sits at this machine."""

import hmac
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from itsdangerous import BadData, URLSafeTimedSerializer

from enrichment.web.forwarded import is_forwarded

SESSION_SECONDS = 8 * 3600
MOST_SESSIONS = 1_000

# Wrong tokens within a minute: of one address, and of all together, since addresses are cheap. One that has sent no
# wrong token never waits for the others: strangers would keep the operator out.
ATTEMPT_SECONDS = 60.0
MOST_ATTEMPTS = 5
MOST_ATTEMPTS_OF_ALL = 50
MOST_KEPT = 10_000


@dataclass(slots=True)
class Attempts:
    """Wrong tokens of the last minute; ``clock`` tells seconds."""

    clock: Callable[[], float] = time.monotonic
    _wrong: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))

    def are_too_many(self, address: str) -> bool:
        """Tell whether this address has to wait."""
        while self._wrong and self._wrong[0][0] < self.clock() - ATTEMPT_SECONDS:
            self._wrong.popleft()
        own = sum(one == address for _, one in self._wrong)
        return own >= (1 if len(self._wrong) >= MOST_ATTEMPTS_OF_ALL else MOST_ATTEMPTS)

    def note(self, address: str) -> None:
        """Note a wrong token."""
        self._wrong.append((self.clock(), address))


@dataclass(slots=True)
class Sessions:
    """The sessions that are open, by id, in this process: signing out ends one wherever its cookie has gone."""

    clock: Callable[[], float] = time.monotonic
    _begun: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def begin(self) -> str:
        """Return the id of a new session; the oldest ends where there are too many."""
        session = secrets.token_urlsafe(24)
        self._begun[session] = self.clock()
        while len(self._begun) > MOST_SESSIONS:
            self._begun.popitem(last=False)
        return session

    def is_open(self, session: str | None) -> bool:
        """Tell whether a session has begun and is not over."""
        begun = self._begun.get(session or "")
        return begun is not None and self.clock() - begun < SESSION_SECONDS

    def end(self, session: str | None) -> None:
        """End a session; harmless if it is over."""
        self._begun.pop(session or "", None)


@dataclass(slots=True)
class Access:
    """What is asked of whoever comes: ``token``, or None for loopback alone."""

    token: str | None = field(repr=False)
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
    # Random for each process: sessions and forms end with it.
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def is_right(self, token: str) -> bool:
        """Tell whether this is the token, in a time that does not depend on how much of it is right."""
        return self.token is not None and hmac.compare_digest(token.encode(), self.token.encode())

    def refusal(self, headers: Mapping[str, str]) -> str | None:
        """Return why a request may not come in without a token, None if it may.

        A page of some site can have its name point here: then the browser's Host header still says that name. What a
        proxy forwards comes from anywhere.
        """
        if self.token is not None:
            return None
        if is_forwarded(headers):
            return "Behind a proxy the admin page needs a token: set ENRICHMENT_WEB__TOKEN."
        if not _is_loopback(headers.get("host", "")):
            return "Without a token the admin page answers to localhost only."
        return None

    def form_token(self, session: str) -> str:
        """Return what a form of this session carries, so that no other site can send it."""
        return self._signer.dumps(session)

    def is_own_form(self, token: str, session: str) -> bool:
        """Tell whether a form was made for this session, and not too long ago."""
        try:
            told = self._signer.loads(token, max_age=SESSION_SECONDS)
        except BadData:
            return False
        return isinstance(told, str) and hmac.compare_digest(told.encode(), session.encode())

    @property
    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="form")


def _is_loopback(host: str) -> bool:
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name.lower() == "localhost"
