"""Named points at which a test may kill, stop or break the program; nothing at all in production.

``ENRICHMENT_FAILPOINTS="C6a=kill,C4=raise@2,C7=sleep:0.5"`` acts at the first (or, with ``@n``, the n-th) passing of a
point. It is refused unless ``ENRICHMENT_ENVIRONMENT=test``. The names are the steps of the commit protocol (see
docs/protocol.md).
"""

import os
import signal
import time
from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

from enrichment.errors import ConfigurationError

Name = Literal["C0", "C0b", "C1", "C2", "C2b", "C3", "C3b", "C4", "C5", "C6", "C6a", "C6b", "C7", "C7b", "C8"]
NAMES: tuple[Name, ...] = get_args(Name)


class FailpointReached(RuntimeError):
    """What a point scripted as ``raise`` raises: a bug, as far as the program knows."""


@dataclass(frozen=True, slots=True)
class _Action:
    verb: str
    seconds: float
    passing: int


def parse(script: str) -> dict[str, _Action]:
    """Read a script into actions by name; raises ``ConfigurationError`` naming what cannot be read."""
    actions: dict[str, _Action] = {}
    for part in filter(None, (piece.strip() for piece in script.split(","))):
        name, _, rest = part.partition("=")
        rest, _, passing = rest.partition("@")
        verb, _, seconds = rest.partition(":")
        if name not in NAMES or verb not in ("kill", "raise", "sleep"):
            raise ConfigurationError(f"ENRICHMENT_FAILPOINTS: cannot read {part!r}")
        actions[name] = _Action(verb, float(seconds or 0), int(passing or 1))
    return actions


def _from_environment() -> dict[str, _Action]:
    script = os.environ.get("ENRICHMENT_FAILPOINTS", "")
    if script and os.environ.get("ENRICHMENT_ENVIRONMENT") != "test":
        raise ConfigurationError("ENRICHMENT_FAILPOINTS is for tests: it needs ENRICHMENT_ENVIRONMENT=test")
    return parse(script)


_actions = _from_environment()
_passed: Counter[str] = Counter()


def failpoint(name: Name) -> None:
    """Do what the script says for this point, if it says anything."""
    if not _actions or (action := _actions.get(name)) is None:
        return
    _passed[name] += 1
    if _passed[name] != action.passing:
        return
    match action.verb:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "raise":
            raise FailpointReached(name)
        case _:
            # Blocking on purpose: it stands for a process that stalls, heartbeats included.
            time.sleep(action.seconds)
