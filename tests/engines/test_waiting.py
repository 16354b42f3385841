from array import array
from dataclasses import replace
from datetime import timedelta

from bench.engines.chatter import chatter
from bench.engines.stream import BASE, day, said
from enrichment.domain.messages import Message
from enrichment.engines.frame import LATENESS, Access
from enrichment.engines.waiting import LONGEST, Arrived, Waiting, admit, preview
from enrichment.engines.waiting_codec import decode, encode

MINUTE = timedelta(minutes=1)


def test_the_newest_messages_wait_and_the_older_are_final() -> None:
    messages = tuple(said(f"m{i}", day(0) + i * MINUTE) for i in range(30))

    admitted = admit(Waiting(), Arrived(messages=messages), BASE)

    assert admitted.waiting.messages == messages[-16:]
    assert admitted.final.messages == messages[:-16]


def test_a_message_for_a_place_that_is_final_is_late() -> None:
    waiting = _after(said("first", day(0)), said("second", day(1)))

    admitted = admit(waiting, Arrived(messages=(said("late", day(0) - MINUTE),)), BASE)

    assert admitted.late == 1
    assert admitted.waiting.messages == waiting.messages


def test_a_message_inside_the_window_gets_its_place() -> None:
    waiting = _after(said("first", day(0)), said("third", day(0) + 2 * MINUTE))

    admitted = admit(waiting, Arrived(messages=(said("second", day(0) + MINUTE),)), BASE)

    assert [message.ref.point_id for message in admitted.waiting.messages] == ["first", "second", "third"]
    assert admitted.late == 0


def test_an_edit_of_a_waiting_message_replaces_it() -> None:
    told = said("m", day(0), "I live in Rome", message_id="7")

    edited = admit(_after(told), Arrived(messages=(replace(told, text="I live in Bern", content_hash=b"2"),)), BASE)

    assert [message.text for message in edited.waiting.messages] == ["I live in Bern"]


def test_a_burst_does_not_wait_longer_than_its_limit() -> None:
    burst = tuple(said(f"m{i:03}", day(0)) for i in range(LONGEST + 10))

    admitted = admit(Waiting(), Arrived(messages=burst), BASE)

    assert len(admitted.waiting.messages) == LONGEST
    assert len(admitted.final.messages) == 10


def test_an_access_that_is_told_days_later_still_counts() -> None:
    waiting = _after(said("first", day(0)), said("second", day(3)))
    access = Access(memory_id="first", at=day(1))

    admitted = admit(waiting, Arrived(accesses=(access,)), BASE)

    assert admitted.final.accesses == (access,)


def test_engines_see_one_vector_of_length_one() -> None:
    message = said("m", day(0), vectors={"emotion": array("f", (1, 0)), "content": array("f", (3, 4))})

    seen = preview(_after(message), BASE)

    assert [round(value, 3) for value in seen.vectors["m"].tolist()] == [0.6, 0.8]


def test_what_waits_comes_back_from_its_bytes() -> None:
    waiting = admit(Waiting(), chatter(9, 200), BASE).waiting

    back = decode(encode(waiting))

    assert back.messages == tuple(replace(message, vectors={}) for message in waiting.messages)
    assert (back.final, back.newest, back.accesses) == (waiting.final, waiting.newest, waiting.accesses)
    assert (back.qualities, back.topics) == (waiting.qualities, waiting.topics)
    assert {key: vector.tolist() for key, vector in back.vectors.items()} == {
        key: vector.tolist() for key, vector in waiting.vectors.items()
    }


def test_a_message_waits_exactly_as_long_as_the_window() -> None:
    edge = _after(said("first", day(0)), said("second", day(0) + LATENESS))
    beyond = _after(said("first", day(0)), said("second", day(0) + LATENESS + timedelta(microseconds=1)))

    assert len(edge.messages) == 2
    assert len(beyond.messages) == 1


def _after(*messages: Message) -> Waiting:
    return admit(Waiting(), Arrived(messages=messages), BASE).waiting
