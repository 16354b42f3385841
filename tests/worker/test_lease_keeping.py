"""A turn lives as long as its lease can be kept, and not longer."""

import asyncio
import uuid
from collections.abc import Callable

import pytest

from enrichment.errors import DependencyUnavailable, LeaseLost
from enrichment.lease_keeping import kept
from enrichment.ports import Lease

LEASE = Lease(user_id="anna", owner=uuid.uuid4(), fence=1)


class ScriptedLeases:
    """Renews as long as ``renewing`` does not raise."""

    def __init__(self, renewing: Callable[[], None]) -> None:
        self.renewals = 0
        self._renewing = renewing

    async def claim(self, user_id: str) -> Lease | None:
        return LEASE

    async def renew(self, lease: Lease) -> None:
        self._renewing()
        self.renewals += 1

    async def release(self, lease: Lease, *, served: bool) -> None:
        return None


def lost() -> None:
    raise LeaseLost("somebody else")


def unreachable() -> None:
    raise DependencyUnavailable("postgres", "down")


async def test_a_turn_longer_than_the_lease_goes_on_while_heartbeats_get_through() -> None:
    leases = ScriptedLeases(lambda: None)
    done = asyncio.Event()

    async with kept(leases, LEASE, lease_seconds=0.06):
        asyncio.get_running_loop().call_later(0.2, done.set)
        await done.wait()

    assert leases.renewals >= 2


@pytest.mark.parametrize("failure", [lost, unreachable])
async def test_a_lease_that_cannot_be_kept_ends_the_turn(failure: Callable[[], None]) -> None:
    leases = ScriptedLeases(failure)

    with pytest.raises(LeaseLost):
        async with kept(leases, LEASE, lease_seconds=0.06):
            await asyncio.Event().wait()


async def test_an_error_of_the_turn_itself_comes_through() -> None:
    leases = ScriptedLeases(lambda: None)

    with pytest.raises(KeyError):
        async with kept(leases, LEASE, lease_seconds=10):
            raise KeyError


async def test_the_heartbeat_ends_with_the_turn() -> None:
    leases = ScriptedLeases(lambda: None)

    async with kept(leases, LEASE, lease_seconds=10):
        pass

    assert not [task for task in asyncio.all_tasks() if task.get_name() == "heartbeat"]
