"""Alive, ready, getting on: three questions that are never answered for one another."""

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest

from enrichment.adapters.model.gate import OpenGate
from enrichment.adapters.monitoring.figures import FigureReader, Figures
from enrichment.adapters.monitoring.health import Health
from enrichment.adapters.monitoring.pulse import Pulse
from enrichment.adapters.monitoring.registry import Metrics
from enrichment.adapters.postgres.standing import CollectionStanding, Standing
from enrichment.domain.tally import Tally
from enrichment.errors import DependencyUnavailable
from enrichment.upkeep import Pause
from tests.adapters.monitoring.hands import HandClock

STUCK, STALLED = 100.0, 50.0


class KnownFigures(FigureReader):
    """Figures that the test gives, instead of those of a database."""

    def __init__(self, pending: int, paused: Pause | None = None) -> None:
        self.latest = figures_with(pending, paused)

    async def refresh(self) -> None:
        """Find what is known."""


def figures_with(pending: int, paused: Pause | None) -> Figures:
    waiting = CollectionStanding(collection="chat", pending=pending, oldest=None, planned_at=None)
    stood = Standing(
        collections=[waiting],
        holders=[],
        unsettled=0,
        quarantined=0,
        open_batches=0,
        calls_today=0,
        cost_today_usd=Decimal(0),
        left_today_usd=None,
        paused=paused,
    )
    return Figures(standing=stood, totals={}, quarantined={}, runs=[])


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def pulse(clock: HandClock) -> Pulse:
    return Pulse(Metrics({"model": "m", "version": "1", "pipeline_version": "1"}), clock)


@pytest.fixture
def judged(pulse: Pulse) -> Callable[..., Health]:
    def judged(pending: int = 0, paused: Pause | None = None, **probes: Callable[[], object]) -> Health:
        return Health(
            pulse=pulse,
            figures=KnownFigures(pending, paused),
            probes=probes,  # type: ignore[arg-type]  # each is a coroutine function
            gate=OpenGate(),
            stuck_seconds=STUCK,
            stalled_seconds=STALLED,
        )

    return judged


async def answering() -> None:
    """Answer."""


async def down() -> None:
    raise DependencyUnavailable("postgres", "away")


def test_a_loop_that_takes_no_step_is_not_alive(judged: Callable[..., Health], clock: HandClock) -> None:
    health = judged()

    clock.pass_by(STUCK)

    assert (health.live().ok, health.live().details) == (False, {"loop": "stuck"})


def test_one_step_brings_it_back(judged: Callable[..., Health], clock: HandClock, pulse: Pulse) -> None:
    clock.pass_by(STUCK)

    pulse.acted()

    assert judged().live().ok


async def test_a_dependency_that_is_away_is_named_and_is_no_reason_to_restart(judged: Callable[..., Health]) -> None:
    health = judged(postgres=down, qdrant=answering)

    verdict = await health.ready()

    assert not verdict.ok
    assert verdict.details["postgres"] == "does not answer"
    assert verdict.details["qdrant"] == "answers"
    assert health.live().ok


async def test_who_asks_while_the_stores_are_being_asked_shares_the_answer(judged: Callable[..., Health]) -> None:
    asked: list[str] = []

    async def noting() -> None:
        asked.append("asked")
        await asyncio.sleep(0)

    health = judged(postgres=noting)

    together = await asyncio.gather(*(health.ready() for _ in range(3)))
    alone = await health.ready()

    assert all(verdict.ok for verdict in (*together, alone))
    assert len(asked) == 2


async def test_a_model_that_refuses_access_makes_the_worker_unready(
    judged: Callable[..., Health], pulse: Pulse
) -> None:
    pulse.round_ended("denied")

    assert not (await judged(postgres=answering).ready()).ok


async def test_work_that_waits_while_nothing_ends_is_no_progress(
    judged: Callable[..., Health], clock: HandClock
) -> None:
    health = judged(pending=3)
    first = await health.progressing()

    clock.pass_by(STALLED)

    assert (first.ok, (await health.progressing()).ok) == (True, False)


async def test_work_that_has_only_just_come_after_a_long_silence_is_not_late(
    judged: Callable[..., Health], clock: HandClock
) -> None:
    clock.pass_by(10 * STALLED)

    assert (await judged(pending=3).progressing()).ok


async def test_a_message_that_ends_is_progress(judged: Callable[..., Health], clock: HandClock, pulse: Pulse) -> None:
    health = judged(pending=3)
    await health.progressing()
    clock.pass_by(STALLED)

    pulse.turn_began()
    pulse.turn_ended(Tally(completed=1))

    assert (await health.progressing()).ok


async def test_a_pause_is_no_standstill(judged: Callable[..., Health], clock: HandClock) -> None:
    health = judged(pending=3, paused=Pause(reason="lunch", since=clock.now()))
    await health.progressing()

    clock.pass_by(STALLED)

    assert (await health.progressing()).details == {"work": "paused"}
