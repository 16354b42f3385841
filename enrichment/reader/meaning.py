"""What a reader can be given to recall by meaning as well, and how long it is trusted to answer."""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

# So many of the nearest rows are looked at: what has ended or may not be told here falls out of them.
NEAREST: Final = 50
# Of a deadline, so much may go by until it is known what is near: the rest is for fetching it.
SHARE: Final = 0.7
# After so many misses in a row, one try now and then looks whether it is back.
_PATIENCE: Final = 3
_REST_SECONDS: Final = 5.0


class Near(NamedTuple):
    """A row of the memory that is near to a question: ``kind`` is ``fact``, ``summary`` or ``digest``.

    ``score`` says how near, more being nearer; only its order counts.
    """

    kind: str
    row_id: uuid.UUID
    score: float


class Meaning(Protocol):
    """Knows what is near to a question in meaning, such as ``enrichment.meaning.QdrantMeaning``."""

    async def nearest(
        self, user_id: str, bot_name: str, scopes: Sequence[str], question: str, most: int
    ) -> Sequence[Near]:
        """Return the nearest rows of a user, the nearest first; it may raise anything, and be cancelled.

        What it returns is a proposal: state, scope and bot of each row are judged again where the row is fetched.
        """


class Missed(Exception):
    """It was not asked: it failed again and again, and it is not yet time to look again."""


class Patient:
    """Asks for what is near, by a deadline, and leaves alone for a while what does not answer."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._misses = 0
        self._look_again_at = 0.0

    async def nearest(
        self, user_id: str, bot_name: str, scopes: Sequence[str], question: str, seconds: float
    ) -> Sequence[Near]:
        """Return the nearest rows; raises ``TimeoutError``, ``Missed``, or whatever went wrong."""
        now = asyncio.get_running_loop().time()
        if self._misses >= _PATIENCE:
            if now < self._look_again_at:
                raise Missed
            self._look_again_at = now + _REST_SECONDS
        self._misses += 1
        async with asyncio.timeout(seconds):
            near = await self._meaning.nearest(user_id, bot_name, scopes, question, NEAREST)
        self._misses = 0
        return near
