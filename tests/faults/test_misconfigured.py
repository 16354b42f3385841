"""T31: what is configured cannot work: the program says which setting it is, not what it holds, and touches nothing."""

from collections.abc import Mapping
from concurrent.futures import Future

import pytest

from tests.faults.conftest import SideBySide, collected
from tests.faults.rig import Rig

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
Futures = Mapping[str, "Future[None]"]

SECRET = "hunter2"  # to be looked for where it must not appear
# What is set, the exit code, and what is said.
MISTAKES: Mapping[str, tuple[Mapping[str, str], int, str]] = {
    "a DSN that is none": ({"POSTGRES__DSN": f"mysql://u:{SECRET}@host/x"}, 78, "ENRICHMENT_POSTGRES__DSN"),
    "a database that is not there": ({"POSTGRES__DSN": "{dsn}_nowhere"}, 78, "ENRICHMENT_POSTGRES__DSN"),
    "an empty database": ({"POSTGRES__DSN": "{empty}"}, 78, "enrichment migrate"),
    "a collection that is not there": ({"QDRANT__COLLECTIONS": "nowhere"}, 78, "ENRICHMENT_QDRANT__COLLECTIONS"),
    "an unknown setting": ({"MODLE__API_KEY": SECRET}, 78, "ENRICHMENT_MODLE__API_KEY"),
}
TOUCHED = "select (select count(*) from runs) + (select count(*) from users) + (select count(*) from plan_passes)"


def refuse_to_start(rig: Rig, name: str) -> None:
    """End with the code for it, having said where the mistake is, and written nothing."""
    settings, code, said = MISTAKES[name]
    empty = rig.dsn.replace(rig.chat.name, "postgres")

    given = {setting: value.format(dsn=rig.dsn, empty=empty) for setting, value in settings.items()}
    ended = rig.once(code=code, **given)

    assert said in ended.stderr
    assert SECRET not in ended.stderr
    assert "Traceback" not in ended.stderr
    assert rig.database.value(TOUCHED) == 0


@pytest.fixture(scope="module")
def refused(side_by_side: SideBySide, request: pytest.FixtureRequest) -> Futures:
    return side_by_side(refuse_to_start, collected(request, "mistake"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_setting_that_cannot_work_is_named_and_nothing_is_touched(refused: Futures, mistake: str) -> None:
    refused[mistake].result()


def test_a_secret_on_the_command_line_is_refused_and_not_repeated(rig: Rig) -> None:
    ended = rig.end(rig.start("run", "--api-key", SECRET), code=64)

    assert "--api-key" in ended.stderr
    assert SECRET not in ended.stderr
