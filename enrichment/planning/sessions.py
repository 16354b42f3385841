"""Splits a user's new messages into windows: the new parts of sessions, old and new.

Sessions that were digested are frozen: they may grow at both ends, they are never split and never merged.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from enrichment.domain.batches import Limits, Session, SessionKey, Window, new_session_id
from enrichment.domain.messages import Message
from enrichment.planning.positions import position

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# After so long, whatever is said begins a session, however long a gap is allowed.
SILENCE = timedelta(days=7)

Span = tuple[int, int]


def split(user_id: str, messages: Iterable[Message], frozen: Iterable[Session], limits: Limits) -> tuple[Window, ...]:
    """Return the windows of these messages, each message in exactly one, in the order of their first messages.

    A message joins the nearest frozen session that it reaches over gaps of at most ``idle_gap``, and ``SILENCE`` in any
    case, the messages between being stepping stones (the earlier of two equally near ones), unless that makes the
    session longer than ``max_session``. All others form new sessions. The time of a message without a known one is that
    of reading, which says nothing about its session: all those of one key form one new session, ordered by sequence,
    role and ids.
    """
    timed: dict[SessionKey, list[Message]] = defaultdict(list)
    untimed: dict[SessionKey, list[Message]] = defaultdict(list)
    for message in sorted(messages, key=position):
        (timed if message.time_known else untimed)[key_of(message)].append(message)
    sessions: dict[SessionKey, list[Session]] = defaultdict(list)
    for session in frozen:
        sessions[session.key].append(session)
    windows = [window for key, group in timed.items() for window in _timed(user_id, key, group, sessions[key], limits)]
    for key, group in untimed.items():
        group.sort(key=lambda message: (message.order[1:], position(message)))
        windows.append(_opened(user_id, key, group))
    return tuple(sorted(windows, key=lambda window: position(window.messages[0])))


def key_of(message: Message) -> SessionKey:
    """Return what this message shares with all others of its session."""
    return SessionKey(message.bot_name, message.channel_id, message.conversation_id, message.scope)


def _timed(
    user_id: str, key: SessionKey, messages: Sequence[Message], frozen: Sequence[Session], limits: Limits
) -> Iterator[Window]:
    frozen = sorted(frozen, key=lambda session: (session.started_at, session.ended_at, session.session_id))
    spans = [(_microseconds(session.started_at), _microseconds(session.ended_at)) for session in frozen]
    times = [_microseconds(message.said_at) for message in messages]
    gap, longest = min(limits.idle_gap, SILENCE) // _MICROSECOND, limits.max_session // _MICROSECOND
    homes = _homes(times, spans, gap, longest)
    # Where the subject has changed for good, what follows is another session, however soon.
    over = {index: spans[index][1] for index, session in enumerate(frozen) if session.ended}
    homes = [None if home in over and time > over[home] else home for time, home in zip(times, homes, strict=True)]
    joining: dict[int, list[Message]] = defaultdict(list)
    for message, home in zip(messages, homes, strict=True):
        if home is not None:
            joining[home].append(message)
    for home, group in joining.items():
        session = frozen[home]
        yield Window(session_id=session.session_id, key=key, messages=tuple(group), session=session)
    for run in _runs(times, homes, gap, longest):
        yield _opened(user_id, key, messages[run.start : run.stop])


def _opened(user_id: str, key: SessionKey, messages: Sequence[Message]) -> Window:
    return Window(session_id=new_session_id(user_id, messages[0]), key=key, messages=tuple(messages))


def _homes(times: Sequence[int], spans: Sequence[Span], gap: int, longest: int) -> list[int | None]:
    """Return for each time the index of the frozen span that it joins, None for a new session."""
    if not spans:
        return [None] * len(times)
    from_left = _reached(times, spans, gap, longest)
    mirrored = _reached([-time for time in reversed(times)], [(-b, -a) for a, b in reversed(spans)], gap, longest)
    from_right = [None if index is None else len(spans) - 1 - index for index in reversed(mirrored)]
    homes = [
        min(
            (home for home in both if home is not None),
            key=lambda home: (_distance(time, spans[home]), home),
            default=None,
        )
        for time, *both in zip(times, from_left, from_right, strict=True)
    ]
    last: dict[int, int] = {}
    for time, home in zip(times, homes, strict=True):
        if home is not None:
            last[home] = max(time, spans[home][1])
    # Grown at its end first: what comes before it must still fit.
    return [
        None if home is not None and time < spans[home][0] and last[home] - time > longest else home
        for time, home in zip(times, homes, strict=True)
    ]


def _reached(times: Sequence[int], spans: Sequence[Span], gap: int, longest: int) -> list[int | None]:
    """Return for each of the ascending times the span before or around it that a chain of small gaps leads back to."""
    reached: list[int | None] = []
    following, current, edge = 0, None, 0
    for time in times:
        while following < len(spans) and spans[following][0] <= time:
            if current is None or spans[following][1] >= spans[current][1]:
                current, edge = following, spans[following][1]
            following += 1
        if current is not None and time > spans[current][1]:
            if time - edge > gap or time - spans[current][0] > longest:
                current = None
            edge = time
        reached.append(current)
    return reached


def _runs(times: Sequence[int], homes: Sequence[int | None], gap: int, longest: int) -> Iterator[range]:
    """Yield the index ranges of the new sessions: no idle gap and no message of a frozen session inside."""
    begin: int | None = None
    for index, (time, home) in enumerate(zip(times, homes, strict=True)):
        if begin is not None and (home is not None or time - times[index - 1] > gap or time - times[begin] > longest):
            yield range(begin, index)
            begin = None
        if begin is None and home is None:
            begin = index
    if begin is not None:
        yield range(begin, len(times))


def _distance(time: int, span: Span) -> int:
    return max(span[0] - time, time - span[1], 0)


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
