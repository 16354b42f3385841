from dataclasses import replace

from enrichment.domain.batches import Batch, Limits, Window
from enrichment.planning.context import with_context
from tests.planning.builders import KEY, USER, a_message, a_session, names

LIMITS = Limits(context_messages=3, context_tokens=30)


def continued(*recent: str, at: float = 20) -> Batch:
    refs = tuple(a_message(name).ref for name in recent)
    session = a_session(0, 10, recent=refs)
    window = Window(session_id=session.session_id, key=KEY, messages=(a_message("new", at),), session=session)
    return Batch(user_id=USER, bot_name="ava", scope="", windows=(window,))


def read(*messages: tuple[str, float]) -> dict:  # type: ignore[type-arg]
    built = [a_message(name, at) for name, at in messages]
    return {message.ref: message for message in built}


def test_the_last_digested_lines_come_before_a_continued_window() -> None:
    lines = read(("a", 1), ("b", 2), ("c", 3), ("d", 4))

    batch = with_context(continued("a", "b", "c", "d", "gone"), lines, LIMITS)

    assert names(batch.windows[0].context) == ["b", "c", "d"]


def test_lines_said_after_a_late_message_are_not_its_context() -> None:
    batch = with_context(continued("a", "b", at=5), read(("a", 1), ("b", 9)), LIMITS)

    assert names(batch.windows[0].context) == ["a"]


def test_context_stays_within_its_tokens() -> None:
    lines = read(("a" * 100, 1), ("b" * 60, 2), ("c" * 40, 3))

    batch = with_context(continued(*(ref.point_id for ref in lines)), lines, LIMITS)

    assert names(batch.windows[0].context) == ["b" * 60, "c" * 40]


def test_a_session_that_is_retold_shows_all_of_its_lines_those_said_later_first() -> None:
    lines = read(("a", 1), ("b", 2), ("c", 3), ("d", 8), ("e", 9))
    [window] = continued(*"abcde", at=5).windows
    assert window.session is not None
    retold = replace(window, session=replace(window.session, retold=True))

    batch = with_context(replace(continued(at=5), windows=(retold,)), lines, LIMITS)

    assert names(batch.windows[0].context) == ["d", "e", "a", "b", "c"]
