"""A sentence with holes, and what is true once they are filled."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One way to tell something; holes are named after the words that fill them, ``{who}`` is the speaker.

    ``asked`` is what the bot says before; where the fact needs it, ``agrees`` is set. ``time`` is the hole that holds
    the words for a time. Without a predicate there is nothing to learn: small talk, hypotheticals, jokes, what others
    say. ``follows`` is what the same speaker says right after it.
    """

    kind: str
    text: str
    predicate: str = ""
    object: str = ""
    statement: str = ""
    category: str = "other"
    subject: str = "{who}"
    quote: str | None = None
    asked: str | None = None
    agrees: bool = False
    time: str | None = None
    follows: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Two ways to tell one thing, weeks apart, the later of which ends the earlier: holes are filled alike in both."""

    before: Template
    after: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Templates that belong together, and the words for their holes; no family shares any of them with another."""

    name: str
    facts: tuple[Template, ...]
    traps: tuple[Template, ...]
    changes: tuple[Change, ...]
    chatter: tuple[Template, ...]
    words: Mapping[str, tuple[str, ...]]
