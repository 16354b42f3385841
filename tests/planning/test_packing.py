from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from enrichment.domain.batches import Batch, Limits
from enrichment.domain.messages import Message
from enrichment.domain.text import estimated_tokens
from enrichment.planning.packing import pack
from enrichment.planning.positions import position
from enrichment.planning.sessions import split
from tests.planning.builders import SMALL, START, USER, a_message, a_session, by_window, drawn_messages, minutes, names


def packed(
    messages: list[Message], limits: Limits = SMALL, largest: dict[str, int] | None = None, **frozen: object
) -> list[Batch]:
    windows = split(USER, messages, frozen.get("sessions", []), limits)  # type: ignore[arg-type]
    of_name = largest or {}
    known = {(m.ref, m.content_hash): of_name[m.ref.point_id] for m in messages if m.ref.point_id in of_name}
    return pack(USER, windows, limits, known)


def some(count: int, at: float = 0, **other: str) -> list[Message]:
    return [a_message(f"{at:05.0f}+{number:03}", at + number, **other) for number in range(count)]


def shapes(batches: list[Batch]) -> list[list[int]]:
    return [[len(window.messages) for window in batch.windows] for batch in batches]


def test_sessions_share_a_batch_and_are_not_split_where_they_fit_the_next_one() -> None:
    messages = [*some(2), *some(2, 100), *some(5, 200), *some(1, 300)]

    assert shapes(packed(messages)) == [[2, 2], [5, 1]]


def test_a_session_larger_than_a_batch_is_cut_and_its_later_parts_follow_the_part_before() -> None:
    batches = packed(some(14))

    parts = [window for batch in batches for window in batch.windows]
    assert shapes(batches) == [[6], [6], [2]]
    assert len({part.session_id for part in parts}) == 1
    assert [names(part.context) for part in parts] == [[], names(some(6)[3:]), names(some(12)[9:])]


def test_a_later_part_knows_the_session_as_the_earlier_parts_leave_it() -> None:
    frozen = a_session(-10, -5)

    second = packed(some(14), sessions=[frozen])[1].windows[0].session

    assert second is not None
    assert (second.session_id, second.message_count) == (frozen.session_id, frozen.message_count + 6)
    assert (second.started_at, second.ended_at) == (frozen.started_at, START + minutes(5))


def test_bots_and_privacy_scopes_never_share_a_batch() -> None:
    messages = [*some(1), *some(1, 1, bot_name="ben"), *some(1, 2, scope="private"), *some(1, 3)]

    batches = packed(messages)

    assert [(batch.bot_name, batch.scope, len(batch.messages)) for batch in batches] == [
        ("ava", "", 2),
        ("ben", "", 1),
        ("ava", "private", 1),
    ]


def test_a_failed_batch_comes_back_in_halves_and_a_suspect_alone() -> None:
    messages = some(6)
    halves = dict.fromkeys(names(messages), 3)

    assert shapes(packed(messages, largest=halves)) == [[3], [3]]
    assert shapes(packed(messages, largest={names(messages)[2]: 1})) == [[2], [1], [3]]


def test_a_message_larger_than_a_batch_has_its_own() -> None:
    messages = [a_message("a", 0), a_message("huge", 1, text="x" * 10_000), a_message("b", 2)]

    batches = packed(messages)

    assert [names(batch.messages) for batch in batches] == [["a"], ["huge"], ["b"]]


def test_the_line_before_is_context_even_if_only_its_end_fits() -> None:
    messages = [a_message("huge", 0, text="x" * 10_000 + " shall we?"), a_message("yes", 1)]

    context = packed(messages)[1].windows[0].context

    assert [m.text[-10:] for m in context] == [" shall we?"]
    assert estimated_tokens(context[0].text) <= SMALL.context_tokens


@st.composite
def packings(draw: st.DrawFn) -> tuple[list[Message], dict[str, int]]:
    messages = draw(drawn_messages)
    suspects = draw(st.dictionaries(st.sampled_from(names(messages) or [""]), st.integers(1, 8), max_size=10))
    return messages, suspects


@given(packings())
def test_every_message_is_in_exactly_one_batch_of_its_bot_and_scope(
    given: tuple[list[Message], dict[str, int]],
) -> None:
    messages, suspects = given

    batches = packed(messages, largest=suspects)

    shown = [message for batch in batches for message in batch.messages]
    assert sorted(shown, key=position) == sorted(messages, key=position)
    assert all((m.bot_name, m.scope) == (b.bot_name, b.scope) for b in batches for m in b.messages)
    assert all(window.messages for batch in batches for window in batch.windows)


@given(packings())
def test_no_batch_is_above_its_limits(given: tuple[list[Message], dict[str, int]]) -> None:
    messages, suspects = given

    for batch in packed(messages, largest=suspects):
        sizes = [estimated_tokens(message.text) for message in batch.messages]
        assert len(sizes) <= min([SMALL.max_batch_messages, *(suspects.get(n, 99) for n in names(batch.messages))])
        assert len(sizes) == 1 or sum(sizes) <= SMALL.max_batch_tokens
        for window in batch.windows:
            assert len(window.context) <= SMALL.context_messages
            assert sum(estimated_tokens(m.text) for m in window.context) <= SMALL.context_tokens


@given(packings())
def test_order_is_kept_within_sessions_and_among_them(given: tuple[list[Message], dict[str, int]]) -> None:
    messages, suspects = given
    windows = split(USER, messages, [], SMALL)

    batches = packed(messages, largest=suspects)

    parts = [window for batch in batches for window in batch.windows]
    for whole in windows:
        own = [part for part in parts if part.session_id == whole.session_id]
        assert tuple(m for part in own for m in part.messages) == whole.messages
    opened = {part.session_id: part for part in reversed(parts)}
    for stream in {(part.key.bot_name, part.key.scope) for part in parts}:
        own = [part for part in parts if (part.key.bot_name, part.key.scope) == stream]
        firsts = [position(part.messages[0]) for part in own if part is opened[part.session_id]]
        assert firsts == sorted(firsts)


@given(packings())
@settings(max_examples=50)
def test_a_session_that_fits_one_batch_is_in_one_batch(given: tuple[list[Message], dict[str, int]]) -> None:
    messages, _ = given

    for batch, other in pairwise(packed(messages)):
        shared = {w.session_id for w in batch.windows} & {w.session_id for w in other.windows}
        whole = [w for w in split(USER, messages, [], SMALL) if w.session_id in shared]
        sizes = [estimated_tokens(m.text) for w in whole for m in w.messages]
        assert not shared or sum(sizes) > SMALL.max_batch_tokens or len(sizes) > SMALL.max_batch_messages


def test_window_order_is_that_of_first_messages() -> None:
    messages = [*some(2, 0, channel_id="x"), *some(2, 1, channel_id="y"), *some(1, 2, channel_id="x")]

    assert by_window(packed(messages)[0].windows) == [
        ["00000+000", "00000+001", "00002+000"],
        ["00001+000", "00001+001"],
    ]
