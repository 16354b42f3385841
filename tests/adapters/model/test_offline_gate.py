"""The gate of the offline model: what it tells is true, it finds most, and it mixes up nobody."""

from bench.dialogues import GATE, dialogues
from bench.dialogues.__main__ import offline
from bench.dialogues.reading import Reading

REPORT = offline([Reading.of(dialogue) for dialogue in dialogues(GATE)])


def test_what_it_tells_is_true() -> None:
    assert REPORT["offline_precision"] >= 0.95


def test_it_finds_most_of_what_is_true() -> None:
    assert REPORT["offline_recall"] >= 0.60


def test_it_takes_nobody_for_somebody_else() -> None:
    assert REPORT["offline_wrong_speaker"] == 0


def test_its_dates_are_right() -> None:
    assert REPORT["offline_date_accuracy"] >= 0.95
