"""The one total order of a user's messages, whatever order the store gave them in."""

from datetime import datetime

from enrichment.domain.messages import Message

Position = tuple[tuple[datetime, int, int, str, str], str, bytes]


def position(message: Message) -> Position:
    """Return the sort key: ``Message.order``, then what tells apart two messages that are equal in it."""
    return message.order, message.ref.collection, message.content_hash
