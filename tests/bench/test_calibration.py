"""The splits share no sentence, the figures are what they say, and confidence keeps its bounds."""

import pytest

from bench.calibration.__main__ import at_best, auc, ece, holds, measured, report
from bench.calibration.people import Crowd
from bench.calibration.reading import Held
from bench.calibration.wordings import TEST, TRAIN
from enrichment.domain.facts import Certainty


def a_held(confidence: float, *, is_true: bool) -> Held:
    return Held(confidence, is_true, 1, Certainty.SURE, (), None)


def test_the_splits_share_no_sentence() -> None:
    train, test = ({one for each in wordings.values() for one in each} for wordings in (TRAIN, TEST))

    assert TRAIN.keys() == TEST.keys()
    assert train & test == set()


def test_who_is_right_as_often_as_they_are_sure_is_calibrated() -> None:
    facts = [a_held(0.75, is_true=number % 4 > 0) for number in range(8)]

    assert ece(facts) == pytest.approx(0.0)
    assert ece([a_held(0.9, is_true=False)]) == pytest.approx(0.9)


def test_the_area_is_the_chance_that_a_true_fact_is_held_surer() -> None:
    facts = [a_held(0.9, is_true=True), a_held(0.5, is_true=True), a_held(0.5, is_true=False)]

    assert auc(facts) == pytest.approx(0.75)


def test_confidence_keeps_its_bounds() -> None:
    small = [measured(Crowd(wordings, seed, people=60)) for wordings, seed in ((TEST, 2), (TRAIN, 1), (TEST, 3))]

    figures = report(*small)

    assert holds(figures), figures
    assert figures["false_share"] == pytest.approx(0.3, abs=0.05)


def test_nobody_who_does_not_go_by_words_can_tell_better_than_at_best() -> None:
    crowd = Crowd(TEST, seed=3, people=60, false_show=0.0)

    assert 0.7 < auc(measured(crowd)) < at_best(crowd) < 0.85
