"""How an agent's collections and payloads are to be read, so that nobody has to change their agent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase

from enrichment.domain.users import stored_user_id
from enrichment.errors import ConfigurationError

Payload = Mapping[str, object]
Names = tuple[str, ...]

# `my_bot` is the bot `my_bot`; only behind a prefix that names the kind of collection is a retention suffix one.
BOT_PATTERN = re.compile(r"(?P<known>(?:whisperengine_|chat_)?memory_)?(?P<bot>.+?)(?(known)(?:_\d+d)?)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNames:
    """Which payload fields hold what: the first that is there counts, ``a.b`` looks into the object ``a``.

    A role is looked up in ``user_roles``, ``bot_roles`` and so on, without regard to case.
    """

    text: Names = ("content", "text", "message", "user_message")
    user_id: Names = ("user_id",)
    bot_name: Names = ("bot_name",)
    role: Names = ("role", "memory_type")
    author: Names = ("author",)
    timestamp: Names = ("timestamp", "timestamp_unix", "created_at")
    message_id: Names = ("message_id",)
    sequence: Names = ("sequence",)
    channel_id: Names = ("channel_id",)
    conversation_id: Names = ("conversation_id", "session_id")
    scope: Names = ("scope",)
    language: Names = ("language",)
    opt_out: Names = ("enrichment_opt_out",)
    kind: Names = ("memory_type",)
    interaction: Names = ("interaction_type",)
    is_chunk: Names = ("is_chunk",)
    chunk_parent: Names = ("parent_message_id",)
    chunk_index: Names = ("chunk_index",)
    chunk_total: Names = ("chunk_total",)
    emotion: Names = ("emotional_context", "emotion")
    emotion_intensity: Names = ("emotional_intensity", "emotion_intensity")
    emotion_scores: Names = ("emotion_scores",)
    access_count: Names = ("access_count",)
    accessed_at: Names = ("last_accessed_at", "last_accessed")
    user_roles: Names = ("user", "human", "user_message")
    bot_roles: Names = ("bot", "assistant", "ai", "bot_response")
    system_roles: Names = ("system", "developer")
    tool_roles: Names = ("tool", "function")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Field names, bot names and namespaces; ``namespaces`` maps shell patterns of real collection names to namespaces.

    ``chunk_overlap`` is how many characters at most a chunk repeats of the one before it.
    """

    names: FieldNames = FieldNames()
    bot_pattern: re.Pattern[str] = BOT_PATTERN
    namespaces: Mapping[str, str] = field(default_factory=dict)
    chunk_overlap: int = 50

    def namespace(self, collection: str) -> str:
        """Return the namespace of a collection's users, empty if it has none."""
        return next((ns for pattern, ns in self.namespaces.items() if fnmatchcase(collection, pattern)), "")

    def user(self, collection: str, payload: Payload) -> str:
        """Return whose memory a payload belongs to, empty for nobody's."""
        return stored_user_id(first(payload, self.names.user_id), self.namespace(collection)) or ""

    def bot_of_collection(self, collection: str) -> str:
        """Return the bot that a collection's name tells, empty for none."""
        match = self.bot_pattern.match(collection)
        return (match["bot"] or "") if match else ""


def configured(
    *, fields_by_name: Mapping[str, Names], bot_pattern: str | None = None, namespaces: Mapping[str, str] | None = None
) -> Rules:
    """Return the rules that the settings ask for; raises ``ConfigurationError`` naming the setting that cannot work."""
    known = {each.name for each in fields(FieldNames)}
    if unknown := sorted(set(fields_by_name) - known):
        raise ConfigurationError(
            f"ENRICHMENT_QDRANT__FIELDS: unknown {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        )
    names = replace(FieldNames(), **{name: tuple(candidates) for name, candidates in fields_by_name.items()})
    return Rules(names=names, bot_pattern=_compiled(bot_pattern), namespaces=namespaces or {})


def _compiled(pattern: str | None) -> re.Pattern[str]:
    if pattern is None:
        return BOT_PATTERN
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ConfigurationError(f"ENRICHMENT_QDRANT__BOT_PATTERN: no regular expression ({error})") from error
    if "bot" not in compiled.groupindex:
        raise ConfigurationError("ENRICHMENT_QDRANT__BOT_PATTERN: needs a group named bot, as in memory_(?P<bot>.+)")
    return compiled


def first(payload: Payload, candidates: Names) -> object:
    """Return the value of the first candidate that is there and not null; None if there is none."""
    for name in candidates:
        value = payload.get(name)
        if value is None and "." in name:
            value = _inside(payload, name)
        if value is not None:
            return value
    return None


def _inside(payload: Payload, path: str) -> object:
    value: object = payload
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
