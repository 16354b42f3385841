"""Many have a batch in hand, or one alone."""

import asyncio

from enrichment.lanes import Lanes


class Visits:
    """Turns that enter and stay until they are let go."""

    def __init__(self) -> None:
        self.lanes = Lanes(8)
        self.inside: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._leave: dict[str, asyncio.Event] = {}

    async def begin(self, name: str, *, alone: bool = False) -> None:
        """Let somebody come, and everybody go as far as they can."""
        self._leave[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._visit(name, alone=alone))
        await self._rest()

    async def end(self, name: str) -> None:
        """Let somebody leave."""
        self._leave[name].set()
        await self._rest()

    async def cancel(self, name: str) -> None:
        """Cancel somebody, inside or waiting."""
        self._tasks[name].cancel()
        await self._rest()

    async def _visit(self, name: str, *, alone: bool) -> None:
        async with self.lanes.in_hand(alone=alone):
            self.inside.add(name)
            try:
                await self._leave[name].wait()
            finally:
                self.inside.remove(name)

    async def _rest(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)


async def test_many_have_a_batch_in_hand_at_a_time() -> None:
    visits = Visits()

    await visits.begin("a")
    await visits.begin("b")

    assert visits.inside == {"a", "b"}


async def test_who_has_to_be_alone_waits_until_everybody_has_left_and_keeps_everybody_out() -> None:
    visits = Visits()
    await visits.begin("a")

    await visits.begin("suspect", alone=True)
    await visits.begin("b")
    assert visits.inside == {"a"}
    await visits.end("a")
    assert visits.inside == {"suspect"}
    await visits.end("suspect")

    assert visits.inside == {"b"}


async def test_two_who_have_to_be_alone_come_one_after_the_other() -> None:
    visits = Visits()
    await visits.begin("one", alone=True)
    await visits.begin("other", alone=True)

    assert visits.inside == {"one"}
    await visits.end("one")

    assert visits.inside == {"other"}


async def test_who_gives_up_waiting_to_be_alone_holds_up_nobody() -> None:
    visits = Visits()
    await visits.begin("a")
    await visits.begin("suspect", alone=True)
    await visits.begin("b")

    await visits.cancel("suspect")

    assert visits.inside == {"a", "b"}
