import pytest

from bench.engines.catalogue import TRIALS
from bench.engines.check import Trial

EVERY_TRIAL = [pytest.param(trial, id=f"{name}-{trial.__name__}") for name, of in TRIALS.items() for trial in of]


@pytest.mark.parametrize("trial", EVERY_TRIAL)
def test_an_engine_reaches_its_figures_where_the_truth_is_known(trial: Trial) -> None:
    missed = [check.as_json() for check in trial() if not check.passed]

    assert missed == []
