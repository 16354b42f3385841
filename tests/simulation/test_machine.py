"""Whatever comes in the way of workers, in any order: nothing is lost, nothing is repeated.

A failing example is printed as the steps that lead to it, with a blob for ``@reproduce_failure``.
"""

import asyncio
import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.fakes.postgres import LEASE_SECONDS
from tests.simulation.oracle import always, at_rest
from tests.simulation.process import POINTS, Process
from tests.simulation.world import World

LARGE = os.environ.get("TESTS_SIMULATION") == "large"
USERS = st.integers(1, 3)
PLACES = st.integers(0, 1_000)
PASSINGS = st.sampled_from([1, 1, 1, 2, 3])


class Simulation(RuleBasedStateMachine):
    """Agents, workers and operators take turns; something may come in the way of a worker at any point."""

    @initialize(messages=st.integers(1, 5))
    def begin(self, messages: int) -> None:
        self.world = World()
        self.runner = asyncio.Runner()
        for _ in range(messages):
            self.world.say(1)

    @rule(user=USERS, messages=st.integers(1, 8))
    def say(self, user: int, messages: int) -> None:
        for _ in range(messages):
            self.world.say(user)

    @rule(user=USERS)
    def say_what_no_model_reads(self, user: int) -> None:
        self.world.say(user, poison=True)

    @precondition(lambda self: self.world.held)
    @rule(place=PLACES)
    def copy(self, place: int) -> None:
        self.world.copy(self._point(place))

    @precondition(lambda self: self.world.held)
    @rule(place=PLACES, back=st.booleans())
    def edit(self, place: int, *, back: bool) -> None:
        self.world.edit(self._point(place), back=back)

    @precondition(lambda self: self.world.held)
    @rule(place=PLACES)
    def delete(self, place: int) -> None:
        self.world.delete(self._point(place))

    @rule(user=USERS)
    def erase(self, user: int) -> None:
        self.world.erase(user)

    @rule()
    def run(self) -> None:
        self._run(Process())

    @rule(point=st.sampled_from(POINTS), passing=PASSINGS)
    def run_and_be_killed(self, point: str, passing: int) -> None:
        self._run(Process(point, passing, Process.die))

    @rule(point=st.sampled_from(POINTS), passing=PASSINGS)
    def run_and_lose_the_lease_to_another_replica(self, point: str, passing: int) -> None:
        async def stall(process: Process) -> None:
            self.world.clock.seconds += LEASE_SECONDS + 1
            await self.world.run(Process())

        self._run(Process(point, passing, stall))

    @rule(point=st.sampled_from(POINTS), passing=PASSINGS)
    def run_beside_another_replica_that_is_killed_where_we_are(self, point: str, passing: int) -> None:
        async def meet(process: Process) -> None:
            await self.world.run(Process(point, passing, Process.die))

        self._run(Process(point, passing, meet))

    @rule(point=st.sampled_from(POINTS), passing=PASSINGS)
    def run_and_fail_to_settle(self, point: str, passing: int) -> None:
        async def break_store(process: Process) -> None:
            process.store_is_down = True

        self._run(Process(point, passing, break_store))

    @rule(point=st.sampled_from(POINTS), passing=PASSINGS)
    def run_and_find_the_model_down(self, point: str, passing: int) -> None:
        async def break_model(process: Process) -> None:
            self.world.model.is_down = True

        self._run(Process(point, passing, break_model))
        self.world.model.is_down = False

    @precondition(lambda self: self.world.held)
    @rule(
        point=st.sampled_from(POINTS),
        passing=PASSINGS,
        place=PLACES,
        change=st.sampled_from(["edit", "delete", "copy", "erase", "say"]),
    )
    def run_while_an_agent_writes(self, point: str, passing: int, place: int, change: str) -> None:
        async def write(process: Process) -> None:
            if self.world.held:
                self._change(change, place)

        self._run(Process(point, passing, write))

    @precondition(lambda self: self.world.backups)
    @rule(age=st.integers(1, 5))
    def put_back_an_older_database(self, age: int) -> None:
        self.runner.run(self.world.restore(min(age, len(self.world.backups))))

    @rule()
    def reconcile(self) -> None:
        self.runner.run(self.world.sweep())

    @precondition(lambda self: self.world.truth.in_force())
    @rule(place=PLACES)
    def read_again(self, place: int) -> None:
        ends = self.world.truth.in_force()
        self.world.truth.requeue(ends[place % len(ends)].ref)

    @rule()
    def come_to_rest(self) -> None:
        self.runner.run(self.world.come_to_rest())
        assert not list(at_rest(self.world))

    @invariant()
    def nothing_is_wrong(self) -> None:
        assert not list(always(self.world))

    def teardown(self) -> None:
        try:
            self.come_to_rest()
        finally:
            self.runner.close()

    def _run(self, process: Process) -> None:
        self.world.back_up()
        for user in (1, 1, 2):
            # So that there is something to come in the way of.
            self.world.say(user)
        self.runner.run(self.world.run(process))

    def _point(self, place: int) -> str:
        points = sorted(self.world.held)
        return points[place % len(points)]

    def _change(self, change: str, place: int) -> None:
        point_id = self._point(place)
        changes: dict[str, Callable[[], None]] = {
            "edit": lambda: self.world.edit(point_id),
            "delete": lambda: self.world.delete(point_id),
            "copy": lambda: self.world.copy(point_id),
            "erase": lambda: self.world.erase(int(self.world.held[point_id][-1].user_id[1:])),
            "say": lambda: self.world.say(1),
        }
        changes[change]()


Simulation.TestCase.settings = settings(
    max_examples=300 if LARGE else 80,
    stateful_step_count=40 if LARGE else 25,
    deadline=None,
    phases=[phase for phase in Phase if phase is not Phase.explain],
    print_blob=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
TestSimulation = pytest.mark.simulation(pytest.mark.timeout(1_200)(Simulation.TestCase))
