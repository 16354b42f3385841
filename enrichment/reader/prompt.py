"""Puts a user's memory behind an agent's instructions, within a budget and as quoted data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from enrichment.domain.text import estimated_tokens, normalised
from enrichment.reader import rendering
from enrichment.reader.fence import CLOSING, OPENING
from enrichment.reader.values import Context

# Tokens of a text as the agent's model counts them.
Counter: TypeAlias = Callable[[str], int]


class Part(StrEnum):
    """The sections of a memory, in the order in which they are written: what changes most often comes last."""

    PROFILE = "profile"
    MEMORIES = "memories"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a section may take, in tokens: at least ``minimum`` before those of lower priority get more than theirs."""

    part: Part
    priority: int
    minimum: int
    maximum: int


SHARES: Final = (
    Share(part=Part.PROFILE, priority=1, minimum=50, maximum=100),
    Share(part=Part.MEMORIES, priority=2, minimum=100, maximum=200),
    Share(part=Part.CONTEXT, priority=3, minimum=75, maximum=150),
)
_HEADINGS: Final = {Part.PROFILE: "About the user:", Part.MEMORIES: "Known facts:", Part.CONTEXT: "Lately:"}
# So many lines that are too long are passed over for shorter ones.
_MISSES: Final = 5


def build_prompt(
    base: str,
    context: Context,
    *,
    max_tokens: int = 500,
    count: Counter = estimated_tokens,
    shares: Sequence[Share] = SHARES,
) -> str:
    """Return ``base`` and, behind it, the memory: never more than ``max_tokens``, as ``count`` counts its text.

    The same memory gives the same bytes, whatever the time. Where nothing is known or fits, ``base`` is returned as it
    is. ``count`` is by default a quarter of the UTF-8 bytes; give that of your model's tokenizer for its own tokens.
    """
    said: set[str] = set()
    lines = _lines(context)
    by_priority = sorted(shares, key=lambda share: share.priority)
    sections = {share.part: _Section(share, lines[share.part], count, said) for share in by_priority}
    room = max_tokens - count(_framed(""))
    for section in sections.values():
        room -= section.fill(section.share.minimum, room, misses=0)
    for section in sections.values():
        room -= section.fill(section.share.maximum, room, misses=_MISSES)
    # What pieces cost says little of the whole for some counters: the whole decides.
    while any(section.lines for section in sections.values()):
        memory = _framed("".join(sections[part].text() for part in Part if part in sections))
        if count(memory) <= max_tokens:
            return f"{base}\n\n{memory}" if base else memory
        next(section for section in reversed(sections.values()) if section.lines).lines.pop()
    return base


class _Section:
    """Lines of one section and their cost, heading included; what was said in another is not said again."""

    def __init__(self, share: Share, lines: Iterator[str], count: Counter, said: set[str]) -> None:
        self.share = share
        self.lines: list[str] = []
        self._rest, self._count, self._said = lines, count, said
        self._waiting: str | None = None
        self._heading = f"{_HEADINGS[share.part]}\n"
        self._cost = 0

    def fill(self, limit: int, room: int, *, misses: int) -> int:
        """Take lines up to ``limit`` tokens in all and ``room`` more; return how many more.

        So many ``misses`` that are too long are left out, then it is enough: shorter ones may follow.
        """
        before = self._cost
        most = min(limit, before + room)
        while (line := self._next()) is not None:
            cost = self._count(f"{line}\n") + (0 if self.lines else self._count(self._heading))
            if self._cost + cost <= most:
                self._cost += cost
                self.lines.append(line)
            elif misses:
                misses -= 1
            else:
                self._waiting = line
                break
        return self._cost - before

    def text(self) -> str:
        return self._heading + "".join(f"{line}\n" for line in self.lines) if self.lines else ""

    def _next(self) -> str | None:
        if (waiting := self._waiting) is not None:
            self._waiting = None
            return waiting
        for line in self._rest:
            # What is too long now is not said again later either: it would not fit then.
            if (key := normalised(line)) not in self._said:
                self._said.add(key)
                return line
        return None


def _lines(context: Context) -> Mapping[Part, Iterator[str]]:
    return {
        Part.PROFILE: rendering.profile(context),
        Part.MEMORIES: rendering.memories(context),
        Part.CONTEXT: rendering.current(context),
    }


def _framed(lines: str) -> str:
    return f"{OPENING}{lines}{CLOSING}"
