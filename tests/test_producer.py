"""What a writing agent relies on."""

import uuid

import pytest

from enrichment.producer import revision, stamp

HELLO = {"user_id": "u1", "content": "Hello!", "role": "user", "timestamp": "2026-03-08T11:00:00Z"}


def test_a_stamped_payload_is_pending_and_the_given_one_stays_as_it_is() -> None:
    given = dict(HELLO)

    stamped = stamp(given, 7)

    assert given == HELLO
    assert stamped == {**HELLO, "enrichment_status": "pending", "enrichment_rev": revision(7, "Hello!")}


def test_stamping_again_makes_a_finished_message_pending() -> None:
    assert stamp({**HELLO, "enrichment_status": "completed"}, 7)["enrichment_status"] == "pending"


def test_a_revision_belongs_to_one_point_and_one_text() -> None:
    revisions = {revision(7, "a"), revision(8, "a"), revision(7, "b"), revision(71, ""), revision(7, "1")}

    assert len(revisions) == 5


def test_an_id_has_one_revision_however_it_is_written() -> None:
    point_id = uuid.uuid4()

    assert revision(point_id, "a") == revision(str(point_id), "a")
    assert revision(7, "a") == revision("7", "a")


@pytest.mark.parametrize("content", [None, 42, "\ud83d", "\0", {"parts": []}])
def test_no_text_is_too_odd_to_be_stamped(content: object) -> None:
    assert stamp({**HELLO, "content": content}, 7)["enrichment_status"] == "pending"


def test_other_names_can_hold_the_text() -> None:
    assert stamp({"body": "Hello!"}, 7, text_field="body")["enrichment_rev"] == revision(7, "Hello!")
