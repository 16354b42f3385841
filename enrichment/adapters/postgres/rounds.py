"""A round of a plan pass: points gathered by user, and cut into rows that hold a stretch of time each."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from enrichment.domain.messages import Pending

COLUMNS = ("user_id", "collection", "pass", "part", "points", "point_ids", "said_at", "oldest", "newest")
Row = tuple[str, str, int, int, int, list[str], list[float | None], datetime | None, datetime | None]

# Points in one row: few enough that a turn of a user with 100,000 pending points reads a small part of them.
_PART = 1_000


class Round:
    """What a pass has seen since the last round was stored; parts are numbered through the whole pass."""

    def __init__(self, collection: str, number: int) -> None:
        self._collection = collection
        self._pass = number
        self._parts = 0
        self._points = 0
        self._users: dict[str, tuple[list[str], list[float | None]]] = {}

    def __len__(self) -> int:
        return self._points

    def add(self, page: Sequence[Pending]) -> None:
        """Take a page in."""
        users = self._users
        for item in page:
            mine = users.get(item.user_id)
            if mine is None:
                mine = users[item.user_id] = ([], [])
            mine[0].append(item.point_id)
            mine[1].append(item.at)
        self._points += len(page)

    def rows(self) -> Iterator[Row]:
        """Give everything up, row by row."""
        self._points = 0
        while self._users:
            user_id, (ids, times) = self._users.popitem()
            timed = sorted((at, point_id) for at, point_id in zip(times, ids, strict=True) if at is not None)
            for start in range(0, len(timed), _PART):
                part = timed[start : start + _PART]
                oldest, newest = (datetime.fromtimestamp(at, UTC) for at in (part[0][0], part[-1][0]))
                yield self._row(user_id, [point_id for _, point_id in part], [at for at, _ in part], oldest, newest)
            odd = [point_id for at, point_id in zip(times, ids, strict=True) if at is None]
            for start in range(0, len(odd), _PART):
                yield self._row(user_id, odd[start : start + _PART], [None] * len(odd[start : start + _PART]))

    def _row(
        self,
        user_id: str,
        ids: list[str],
        times: Sequence[float | None],
        oldest: datetime | None = None,
        newest: datetime | None = None,
    ) -> Row:
        self._parts += 1
        return (user_id, self._collection, self._pass, self._parts, len(ids), ids, list(times), oldest, newest)
