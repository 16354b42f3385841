"""The rig itself: a run without any fault satisfies the oracle, and the oracle can be dissatisfied."""

import pytest

from enrichment.domain.outcomes import Outcome
from tests.faults.canaries import say
from tests.faults.oracle import verify
from tests.faults.rig import Rig

pytestmark = pytest.mark.faults


def test_sixty_messages_of_six_users_without_a_fault(rig: Rig) -> None:
    rig.write(say(users=6, messages=10))

    ended = rig.once()

    assert (ended.report["completed"], ended.report["facts_new"]) == (60, 60)
    assert (rig.model.stats.calls, rig.kills) == (6, 0)


def test_the_oracle_names_a_message_that_nobody_read(rig: Rig) -> None:
    said = rig.write(say(users=1, messages=1))

    with pytest.raises(AssertionError, match=r"(?s)still pending: u01m0000.*without a row.*facts missing"):
        verify(rig)
    rig.chat.set_status(said, Outcome.COMPLETED)
    with pytest.raises(AssertionError, match="done without a row: u01m0000"):
        verify(rig)
    rig.chat.remove(said)
    rig.said.clear()
    rig.sampler.violations.clear()
