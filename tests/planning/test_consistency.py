"""What is wrong with a point, and what it ought to be, follows from what it holds and what the ledger says alone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.messages import PointRef
from enrichment.domain.outcomes import Outcome
from enrichment.domain.upkeep import Recorded, RecordedEnd, SeenPoint
from enrichment.planning.consistency import FINAL, Finding, Verdict, judge
from tests.planning.builders import START

NOW, BEFORE = b"now", b"before"
DONE, PENDING = "completed", "pending"


def point(status: str | None, content_hash: bytes | None = NOW, *, indexed: bool | None = None) -> SeenPoint:
    return SeenPoint(
        ref=PointRef("chat", "1"),
        user_id="anna",
        status=status,
        content_hash=content_hash,
        said_at=START,
        indexed_pending=(status == PENDING) if indexed is None else indexed,
    )


def end(content_hash: bytes = NOW, outcome: Outcome = Outcome.COMPLETED, *, settled: bool = True) -> RecordedEnd:
    return RecordedEnd(content_hash=content_hash, outcome=outcome, reason=None, revision=None, settled=settled)


def recorded(*ends: RecordedEnd, requeued: bool = False, erased_after: float | None = None) -> Recorded:
    erased = None if erased_after is None else START + timedelta(minutes=erased_after)
    return Recorded(ends=ends, requeued=requeued, erased_before=erased)


UNSETTLED = end(settled=False)
SKIPPED = end(outcome=Outcome.SKIPPED)
TABLE: list[tuple[SeenPoint, Recorded, tuple[Finding, str] | None]] = [
    (point(PENDING), recorded(), None),
    (point(PENDING), recorded(end(BEFORE)), None),
    (point(PENDING), recorded(requeued=True), None),
    (point(PENDING), recorded(UNSETTLED), None),
    (point(PENDING), recorded(end()), (Finding.FLAG_LOST, DONE)),
    (point(PENDING, None), recorded(end(BEFORE)), (Finding.FLAG_LOST, DONE)),
    (point(None), recorded(end()), (Finding.FLAG_LOST, DONE)),
    (point(None), recorded(), None),
    (point("archived"), recorded(), None),
    (point("archived"), recorded(end()), (Finding.FLAG_LOST, DONE)),
    (point(PENDING, indexed=False), recorded(), (Finding.HIDDEN, PENDING)),
    (point(PENDING, indexed=False), recorded(end()), (Finding.FLAG_LOST, DONE)),
    (point(DONE), recorded(end()), None),
    (point(DONE), recorded(UNSETTLED), None),
    (point(DONE, None), recorded(end(BEFORE)), None),
    (point(DONE, indexed=True), recorded(end()), (Finding.HIDDEN, DONE)),
    (point(DONE), recorded(SKIPPED), (Finding.FLAG_LOST, "skipped")),
    (point(DONE), recorded(end(BEFORE)), (Finding.CHANGED, PENDING)),
    (point(DONE), recorded(), (Finding.DONE_WITHOUT_LEDGER, PENDING)),
    (point("quarantined"), recorded(), (Finding.DONE_WITHOUT_LEDGER, PENDING)),
    (point(DONE), recorded(requeued=True), (Finding.NOT_REOPENED, PENDING)),
    (point(DONE), recorded(erased_after=1), None),
    (point(DONE), recorded(erased_after=-1), (Finding.DONE_WITHOUT_LEDGER, PENDING)),
]


@pytest.mark.parametrize(("seen", "known", "expected"), TABLE)
def test_each_disagreement_has_one_name_and_one_cure(
    seen: SeenPoint, known: Recorded, expected: tuple[Finding, str] | None
) -> None:
    verdict = judge(seen, known)

    assert (None if verdict is None else (verdict.finding, verdict.wanted)) == expected


hashes = st.sampled_from([NOW, BEFORE])
ends = st.builds(
    RecordedEnd,
    content_hash=hashes,
    outcome=st.sampled_from(Outcome),
    reason=st.none(),
    revision=st.none(),
    settled=st.booleans(),
)
points = st.builds(
    SeenPoint,
    ref=st.just(PointRef("chat", "1")),
    user_id=st.just("anna"),
    status=st.sampled_from([*sorted(FINAL), PENDING, None, "archived"]),
    content_hash=st.one_of(st.none(), hashes),
    said_at=st.one_of(st.none(), st.just(START)),
    indexed_pending=st.booleans(),
)
states = st.builds(
    Recorded,
    ends=st.lists(ends, max_size=2, unique_by=lambda one: one.content_hash).map(tuple),
    requeued=st.booleans(),
    erased_before=st.one_of(st.none(), st.just(START)),
)


def cured(seen: SeenPoint, verdict: Verdict) -> SeenPoint:
    return SeenPoint(
        ref=seen.ref,
        user_id=seen.user_id,
        status=verdict.wanted,
        content_hash=seen.content_hash,
        said_at=seen.said_at,
        indexed_pending=verdict.wanted == PENDING,
    )


@given(points, states)
def test_what_was_cured_needs_no_second_cure(seen: SeenPoint, known: Recorded) -> None:
    verdict = judge(seen, known)

    assert verdict is None or judge(cured(seen, verdict), known) is None


@given(points, states)
def test_nothing_becomes_done_that_the_ledger_does_not_have(seen: SeenPoint, known: Recorded) -> None:
    verdict = judge(seen, known)

    assert verdict is None or verdict.wanted == PENDING or verdict.end in known.ends


@given(points, states)
def test_a_text_that_the_ledger_has_is_never_sent_to_be_read_again(seen: SeenPoint, known: Recorded) -> None:
    verdict = judge(seen, known)
    has_it = any(one.content_hash == seen.content_hash for one in known.ends)

    assert verdict is None or not has_it or verdict.wanted != PENDING
