"""Which messages a run may touch, when somebody asked for less than all."""

from dataclasses import dataclass
from datetime import datetime

from enrichment.domain.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Conditions that must all hold; None is no condition. ``since`` is inclusive, ``until`` is not."""

    user_id: str | None = None
    collection: str | None = None
    bot_name: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def admits_user(self, user_id: str) -> bool:
        """Tell whether anything of this user may be touched."""
        return self.user_id is None or self.user_id == user_id

    def admits_collection(self, collection: str) -> bool:
        """Tell whether anything of this collection may be touched."""
        return self.collection is None or self.collection == collection

    def admits(self, message: Message) -> bool:
        """Tell whether this message may be touched."""
        return (
            self.admits_user(message.user_id)
            and self.admits_collection(message.ref.collection)
            and (self.bot_name is None or self.bot_name == message.bot_name)
            and (self.since is None or message.said_at >= self.since)
            and (self.until is None or message.said_at < self.until)
        )
