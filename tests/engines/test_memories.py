from collections.abc import Sequence
from datetime import datetime, timedelta

from bench.engines.stream import Stream, day, said
from enrichment.domain.messages import Emotion, Message
from enrichment.engines import memory_aging, memory_behavior
from enrichment.engines.frame import Access, Asked
from enrichment.engines.memory_aging import MemoryHealthRow
from enrichment.engines.memory_behavior import MemoryBehaviorRow
from enrichment.engines.waiting import Arrived

ENGINES = (memory_aging.ENGINE, memory_behavior.ENGINE)
END = said("end", day(60))


def test_a_use_strengthens_a_memory_and_puts_off_its_due_time() -> None:
    unused, used = fed(said("m", day(0))), fed(said("m", day(0)), used=[day(5)])

    assert used.memories["m"].stability_days > unused.memories["m"].stability_days
    assert used.memories["m"].due_at > unused.memories["m"].due_at
    assert (used.memories["m"].uses, used.memories["m"].previous_at) == (2, day(0).timestamp())


def test_uses_within_half_an_hour_are_one() -> None:
    together = [day(5) + timedelta(minutes=minutes) for minutes in (0, 5, 20)]

    assert fed(said("m", day(0)), used=together).memories["m"].uses == 2


def test_a_lapse_is_counted_and_weakens() -> None:
    known, forgotten = fed(said("m", day(0)), used=[day(5)]), fed(said("m", day(0)), used=[day(5)], grade=1)

    assert forgotten.memories["m"].lapses == 1
    assert forgotten.memories["m"].stability_days < known.memories["m"].stability_days


def test_what_was_said_with_feeling_is_remembered_longer() -> None:
    calm = said("calm", day(0), emotion=Emotion(intensity=0.1))
    moved = said("moved", day(0), emotion=Emotion(intensity=0.9))

    memories = fed(calm, moved).memories

    assert memories["moved"].stability_days > memories["calm"].stability_days
    assert memories["moved"].importance > memories["calm"].importance


def test_an_access_to_a_memory_nobody_knows_changes_nothing() -> None:
    stream = Stream(ENGINES).feed(Arrived(messages=(said("m", day(0)),), accesses=(Access(memory_id="?", at=day(1)),)))

    assert "?" not in stream.feed(Arrived(messages=(END,))).memories


def test_important_and_nearly_forgotten_memories_are_named_first() -> None:
    dull = [said(f"dull{i}", day(0), emotion=Emotion(intensity=0.0)) for i in range(15)]
    dear = said("dear", day(0), emotion=Emotion(intensity=0.69))

    health, _ = rows(fed(*dull, dear))

    assert health.forgetting_risk_memories["memories"][0]["id"] == "dear"


def test_what_still_waits_fades_like_the_rest() -> None:
    health, behavior = rows(Stream(ENGINES).feed(Arrived(messages=(said("last words", day(0)),))))

    assert [each["id"] for each in health.forgetting_risk_memories["memories"]] == ["last words"]
    assert [each["id"] for each in behavior.low_retention_memories["memories"]] == ["last words"]


def test_age_is_null_without_memories_and_needs_no_access_log() -> None:
    (empty, _), (some, _) = rows(Stream(ENGINES).feed(Arrived())), rows(fed(said("m", day(50))))

    assert empty.avg_memory_age_hours is None
    assert some.avg_memory_age_hours == 5 * 24  # of two: one of ten days, one of now
    assert some.retrieval_frequency_trend is None
    assert some.memory_snapshot["basis"] == "prior"


def test_a_users_forgetting_is_the_models_until_five_lapses_are_known() -> None:
    names = [said(f"m{i}", day(0)) for i in range(6)]

    few, many = (rows(fed(*names[:count], used=[day(20)], grade=1))[1] for count in (4, 6))

    assert (few.forgetting_curve_params["scale"], few.forgetting_curve_params["basis"]) == (1.0, "prior")
    assert many.forgetting_curve_params["scale"] < 1
    assert few.recall_simulation_score is None


def fed(*messages: Message, used: Sequence[datetime] = (), grade: int = 3) -> Stream:
    """Tell messages, use all of them at those times, and let 60 days pass."""
    accesses = [Access(memory_id=m.ref.point_id, at=at, grade=grade) for m in messages for at in used]
    stream = Stream(ENGINES).feed(Arrived(messages=messages, accesses=tuple(accesses)))
    return stream.feed(Arrived(messages=(END,)))


def rows(stream: Stream) -> tuple[MemoryHealthRow, MemoryBehaviorRow]:
    found = stream.rows(Asked(now=day(60)))
    health, behavior = found["memory_aging"], found["memory_behavior"]
    assert isinstance(health, MemoryHealthRow)
    assert isinstance(behavior, MemoryBehaviorRow)
    return health, behavior
