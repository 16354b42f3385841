"""Who speaks in a prompt: the label of each message's speaker, and whom a subject of the answer means by one."""

import re
from collections.abc import Iterable

from enrichment.domain.messages import Message, Role
from enrichment.domain.text import normalised

BOT = "bot"
USER = "user"
_LONGEST_LABEL = 40
# A label ends at the colon and a line at its end: neither may come from an author's name.
_BREAKS = re.compile(r"[\s:\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ud800-\udfff]+")
SELF = frozenset({USER, "the user", "speaker", "the speaker", "i", "me", "myself", "self"})


def label(message: Message) -> str:
    """Return ``bot``, the author's name on one line, or ``user``; never the user's id."""
    if message.role is Role.BOT:
        return BOT
    author = _BREAKS.sub(" ", message.author or "").strip()[:_LONGEST_LABEL].strip()
    ids = {message.user_id, message.user_id.rpartition(":")[2]}
    return USER if not author or author in ids or author.casefold() == BOT else author


def resolve(subject: str, labels: Iterable[str]) -> str | None:
    """Return the label of the speaker that the subject names, None for anybody else.

    A single name stands for a longer one that begins with it, if that is one speaker only.
    """
    wanted = normalised(subject)
    people = {normalised(name): name for name in labels if name != BOT}
    if wanted in people:
        return people[wanted]
    if wanted in SELF:
        return people.get(USER) or (next(iter(people.values())) if len(people) == 1 else None)
    first = [name for key, name in people.items() if _same_first_name(key, wanted)]
    return first[0] if len(first) == 1 else None


def _same_first_name(one: str, other: str) -> bool:
    shorter, longer = sorted((one.split(), other.split()), key=len)
    return len(shorter) == 1 and longer[0] == shorter[0]
