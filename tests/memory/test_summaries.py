import uuid
from dataclasses import replace

from enrichment.domain.batches import Known, Session
from enrichment.domain.digest import Digest, Question, WindowDigest
from enrichment.memory.remember import remember
from tests.memory.book import a_batch, a_message, day

BATCH = a_batch(a_message("b", 2), a_message("c", 3))
WINDOW = BATCH.windows[0]
SUMMARY = WindowDigest(
    session_id=WINDOW.session_id,
    title="Tea",
    summary="They spoke of tea.",
    topics=("tea",),
    tone="calm",
    decisions=("buy tea",),
    questions=(Question(question="Green?", answer=None),),
)


def test_a_new_session_has_the_boundaries_and_summary_of_its_window() -> None:
    (session,) = remember(BATCH, Known(), (), Digest(windows=(SUMMARY,)), method="m").sessions

    assert (session.started_at, session.ended_at, session.new_messages) == (day(2), day(3), 2)
    assert (session.title, session.summary, session.topics) == ("Tea", "They spoke of tea.", ("tea",))
    assert (session.tone, session.decisions, session.questions) == ("calm", ("buy tea",), SUMMARY.questions)


def test_a_continued_session_grows_and_keeps_its_summary_if_there_is_no_new_one() -> None:
    session = Session(
        session_id=uuid.UUID(int=1),
        key=WINDOW.key,
        started_at=day(1),
        ended_at=day(2.5),
        message_count=9,
        summary="old",
    )
    batch = replace(BATCH, windows=(replace(WINDOW, session=session),))

    (revision,) = remember(batch, Known(), (), Digest(), method="m").sessions

    assert (revision.started_at, revision.ended_at, revision.new_messages) == (day(1), day(3), 2)
    assert (revision.summary, revision.title) == (None, None)
