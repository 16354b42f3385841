"""Asks the sources for all: a bot's measurements once in an interval, under a deadline; a failure is counted, not felt.

A batch waits for nobody else's request, and for its own no longer than the deadline, which then does not come again
before the interval is over.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from enrichment.engines.frame import Pair, Quality
from enrichment.engines.outside import ACCESS_LOG, METRICS, AccessLog, Logged, Measured, Outside, QualityMetrics
from enrichment.errors import EnrichmentError
from enrichment.ports import Clock

log = structlog.get_logger()

T = TypeVar("T")

MOST_BOTS = 256
MOST_OF_A_PAIR = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a bot's measurements are asked for, how long that may take, how far back and how many.

    ``lag`` is how long a measurement may take to be written: nothing younger is read.
    """

    interval: timedelta = timedelta(minutes=5)
    deadline: timedelta = timedelta(seconds=2)
    look_back: timedelta = timedelta(days=1)
    lag: timedelta = timedelta(seconds=10)
    limit: int = 20_000


@dataclass(slots=True)
class _OfBot:
    """What is known of a bot: measurements by user, complete until ``until``, and when it was asked for last."""

    until: datetime
    asked_at: float = float("-inf")
    by_user: dict[str, list[Quality]] = field(default_factory=dict)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class KeptSources:
    """``Sources``: metrics as they are kept by bot, and the access log as it is."""

    def __init__(
        self,
        clock: Clock,
        *,
        metrics: QualityMetrics | None = None,
        access_log: AccessLog | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        self._clock = clock
        self._metrics = metrics
        self._access_log = access_log
        self._rhythm = rhythm or Rhythm()
        self._bots: OrderedDict[str, _OfBot] = OrderedDict()

    async def come(self, pair: Pair, read_until: Mapping[str, datetime]) -> Outside:
        until, failed = dict(read_until), list[str]()
        qualities: list[Quality] = []
        if self._metrics is not None:
            bot = await self._of_bot(self._metrics, pair.bot_name, failed)
            since = read_until.get(METRICS)
            known = bot.by_user.get(pair.user_id, ())
            qualities = [each for each in known if each.at < bot.until and (since is None or each.at >= since)]
            until[METRICS] = max(bot.until, since) if since else bot.until
        logged = await self._logged(self._access_log, pair, read_until.get(ACCESS_LOG), failed)
        if logged is not None:
            until[ACCESS_LOG] = logged.until
        accesses = tuple(logged.accesses) if logged is not None else ()
        return Outside(accesses=accesses, qualities=tuple(qualities), read_until=until, failed=tuple(failed))

    async def _logged(
        self, access_log: AccessLog | None, pair: Pair, since: datetime | None, failed: list[str]
    ) -> Logged | None:
        if access_log is None:
            return None
        return await self._tried(ACCESS_LOG, lambda: access_log.accesses(pair, since, MOST_OF_A_PAIR), failed)

    async def _of_bot(self, metrics: QualityMetrics, name: str, failed: list[str]) -> _OfBot:
        """Return what is known of a bot, asked for anew if it is time and nobody else is about it."""
        bot = self._bots.get(name)
        if bot is None:
            bot = self._bots[name] = _OfBot(until=self._clock.now() - self._rhythm.look_back)
            if len(self._bots) > MOST_BOTS:
                self._bots.popitem(last=False)
        self._bots.move_to_end(name)
        is_due = self._clock.monotonic() - bot.asked_at >= self._rhythm.interval.total_seconds()
        if is_due and not bot.asking.locked():
            async with bot.asking:
                bot.asked_at = self._clock.monotonic()
                await self._renew(metrics, name, bot, failed)
        return bot

    async def _renew(self, metrics: QualityMetrics, name: str, bot: _OfBot, failed: list[str]) -> None:
        rhythm, now = self._rhythm, self._clock.now()
        oldest, until = now - rhythm.look_back, now - rhythm.lag
        since = max(bot.until, oldest)
        found = await self._tried(METRICS, lambda: metrics.measured(name, since, until, rhythm.limit), failed)
        if found is None or since >= until:
            return
        whole = found[: rhythm.limit]
        # What was cut off is asked for next time, from the last moment that is known to be complete.
        bot.until = until if len(found) < rhythm.limit else max(whole[-1].quality.at, since + rhythm.lag)
        _add(bot, [each for each in whole if each.quality.at < bot.until], oldest)

    async def _tried(self, source: str, call: Callable[[], Awaitable[T]], failed: list[str]) -> T | None:
        try:
            async with asyncio.timeout(self._rhythm.deadline.total_seconds()):
                return await call()
        except (EnrichmentError, TimeoutError) as error:
            failed.append(source)
            log.warning("source.failed", source=source, error=type(error).__name__)
            return None


def _add(bot: _OfBot, found: list[Measured], oldest: datetime) -> None:
    """Add measurements, and forget those that are older than anybody looks."""
    for user_id, quality in found:
        bot.by_user.setdefault(user_id, []).append(quality)
    kept = {user_id: [each for each in of if each.at >= oldest] for user_id, of in bot.by_user.items()}
    bot.by_user = {user_id: of for user_id, of in kept.items() if of}
