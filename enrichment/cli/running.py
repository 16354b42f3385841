"""``run``: the daemon, and the one-shot run with its options."""

import asyncio
import os
import signal
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

import click
import structlog

from enrichment.app import App, on_record, open_app, open_daemon
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.dry_run import dry_run
from enrichment.cli.engines import engines_option, only
from enrichment.cli.exits import Exit
from enrichment.cli.selecting import Moment
from enrichment.cycle import Cycle
from enrichment.domain.selection import Selection
from enrichment.domain.tally import Tally
from enrichment.engines.frame import AnyEngine
from enrichment.errors import (
    BudgetExhausted,
    ConfigurationError,
    DependencyUnavailable,
    ModelAccessDenied,
    ModelFailure,
    ModelUnavailable,
    WorkPaused,
)
from enrichment.loop import run_forever, run_once
from enrichment.options import rhythm
from enrichment.settings import Settings

log = structlog.get_logger()

# The end of the grace time, or half of a short one: to give up in order what is in hand by then.
LAST_ORDERS_SECONDS = 4


class RunOptions(TypedDict):
    """The options of ``run``, as the command line gave them."""

    once: bool
    due_only: bool
    user: str | None
    collection: str | None
    bot: str | None
    since: datetime | None
    until: datetime | None
    max_messages: int | None
    max_cost_usd: float | None
    chosen: tuple[AnyEngine, ...] | None
    force: bool
    dry_run: bool
    show_prompt: bool
    as_json: bool


ONE_SHOT_ONLY = ("due_only", "user", "collection", "bot", "since", "until", "max_messages", "force")


@click.command("run")
@click.option("--once", is_flag=True, help="Drain what is pending now, and exit.")
@click.option("--due-only", is_flag=True, help="With --once: serve only users who are due by the policy.")
@click.option("--user", metavar="ID", help="Only this user's messages.")
@click.option("--collection", metavar="NAME", help="Only this collection (its real name).")
@click.option("--bot", metavar="NAME", help="Only messages with this bot.")
@click.option("--since", type=Moment(), help="Only messages from this time on.")
@click.option("--until", type=Moment(), help="Only messages before this time.")
@click.option("--max-messages", type=click.IntRange(min=1), metavar="N", help="Stop after about this many messages.")
@click.option("--max-cost-usd", type=click.FloatRange(min=0), metavar="USD", help="Stop before a call would cost more.")
@engines_option
@click.option("--force", is_flag=True, help="With --once: work although an operator has paused all workers.")
@click.option("--dry-run", is_flag=True, help="Plan and price it; call nothing, write nothing.")
@click.option("--show-prompt", is_flag=True, help="With --dry-run: print the first prompt.")
@json_option
@pass_invocation
def run_command(invocation: Invocation, **options: Unpack[RunOptions]) -> int:
    """Enrich pending messages: as a daemon, or once.

    Exit codes of --once: 0 done · 3 done, something quarantined · 69 a dependency was never reached · 75 work left, try
    again · 77 access or budget · 78 configuration.

    \b
    Examples:
      enrichment run
      enrichment run --once --json
      enrichment run --once --user 4711 --since 2026-01-01
      enrichment run --once --dry-run --show-prompt
    """
    only_plan = options["dry_run"]
    given = [name for name in ONE_SHOT_ONLY if options[name] not in (None, False)]  # type: ignore[literal-required]
    if given and not (options["once"] or only_plan):
        names = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise click.UsageError(f"{names}: only with --once or --dry-run")
    cost = options["max_cost_usd"]
    settings = invocation.settings(budget={} if cost is None else {"run_usd": Decimal(str(cost))})
    if only_plan:
        selection = _selection(options)
        return in_event_loop(
            dry_run(settings, selection, as_json=options["as_json"], show_prompt=options["show_prompt"])
        )
    return in_event_loop(_once(settings, options) if options["once"] else _daemon(settings, options))


def _selection(options: RunOptions) -> Selection:
    return Selection(
        user_id=options["user"],
        collection=options["collection"],
        bot_name=options["bot"],
        since=options["since"],
        until=options["until"],
    )


async def _once(settings: Settings, options: RunOptions) -> int:
    stopping = asyncio.Event()
    stop_on_signals(stopping, settings.loop.grace_seconds, at_last=Exit.WORK_LEFT)
    async with open_app(settings, trigger="once") as opened:
        app = replace(opened, ports=only(opened.ports, options["chosen"]))
        await _demand_collections(app)
        cycle = app.cycle(
            stopping,
            due_only=options["due_only"],
            selection=_selection(options),
            max_messages=options["max_messages"],
            despite_pause=options["force"],
        )
        try:
            async with app.recorded(cycle):
                code = await _drained(cycle, stopping, bounded=options["max_messages"] is not None)
        except DependencyUnavailable as error:
            # Also where it was the run's own report that could not be written any more.
            if not cycle.reached:
                raise
            console(stderr=True).print(f"stopped: {error}; what was not done stays pending")
            code = Exit.WORK_LEFT
    print_json(cycle.tally.report()) if options["as_json"] else print_tally(cycle.tally)
    return code


async def _demand_collections(app: App) -> None:
    """Refuse patterns that match nothing: a misspelt name would look like a backlog that is empty, for ever.

    A daemon waits instead, because its agent may be about to make the collection.
    """
    is_set = "collections" in app.settings.qdrant.model_fields_set
    if is_set and not await app.ports.pending.collections():
        raise ConfigurationError("ENRICHMENT_QDRANT__COLLECTIONS: the server has no collection that matches")


async def _drained(cycle: Cycle, stopping: asyncio.Event, *, bounded: bool) -> Exit:
    try:
        tally = await run_once(cycle)
    except ModelUnavailable as error:
        console(stderr=True).print(f"the model cannot be used now ({error}); what was not read stays pending")
        return _left(cycle.tally)
    except (ModelAccessDenied, BudgetExhausted) as error:
        console(stderr=True).print(f"stopped: {error}; what was not read stays pending")
        return Exit.NO_ACCESS
    except WorkPaused as error:
        console(stderr=True).print(f"{error}; --force works all the same")
        return Exit.WORK_LEFT
    except asyncio.CancelledError:
        if not stopping.is_set():
            raise
        return Exit.WORK_LEFT
    if tally.pending_left and (tally.failures or stopping.is_set() or cycle.held or bounded):
        return _left(tally)
    return _done(tally)


def _left(tally: Tally) -> Exit:
    """Tell the caller to try again; 69 where all that happened is that the model was never reached."""
    unreached = not tally.model_calls and tally.failures.keys() == {ModelFailure.TRANSPORT}
    return Exit.UNAVAILABLE if unreached else Exit.WORK_LEFT


def _done(tally: Tally) -> Exit:
    return Exit.QUARANTINED if tally.quarantined else Exit.DONE


async def _daemon(settings: Settings, options: RunOptions) -> int:
    stopping = asyncio.Event()
    stop_on_signals(stopping, settings.loop.grace_seconds, at_last=Exit.DONE)
    async with open_daemon(settings, stopping) as opened, on_record(opened) as note:
        app = replace(opened, ports=only(opened.ports, options["chosen"]))
        ended = app.ports.watcher.round_ended
        try:
            await run_forever(
                lambda: app.cycle(stopping, due_only=True), rhythm(settings), stopping, note, ended, app.woken
            )
        except asyncio.CancelledError:
            if not stopping.is_set():
                raise
    return Exit.DONE


def stop_on_signals(stopping: asyncio.Event, grace_seconds: float, *, at_last: Exit) -> None:
    """Let the first SIGTERM or SIGINT finish the batches in hand within the grace time; the second exits at once.

    Who does not finish has the last seconds of it to give up in order; what cannot be, because a server is away, ends
    with ``at_last`` when they are over.
    """
    loop = asyncio.get_running_loop()
    work = asyncio.current_task()
    last_orders_seconds = min(LAST_ORDERS_SECONDS, grace_seconds / 2)

    def stop(number: signal.Signals) -> None:
        if stopping.is_set():
            os._exit(128 + number)
        stopping.set()
        log.info("stop.requested", signal=number.name)
        if work is not None:
            loop.call_later(grace_seconds - last_orders_seconds, work.cancel)
            # Leases that were not given back run out.
            loop.call_later(grace_seconds, os._exit, at_last)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)


def print_tally(tally: Tally) -> None:
    """Print a run's counts for people."""
    out = console()
    out.print(
        f"[bold]{tally.completed}[/] messages read, {tally.skipped} skipped, {tally.quarantined} quarantined, "
        f"{tally.pending_left or 0} left pending"
    )
    out.print(
        f"{tally.facts_new} new facts, {tally.facts_confirmed} confirmed, {tally.facts_superseded} superseded, "
        f"{tally.summaries} session summaries"
    )
    out.print(
        f"{tally.model_calls} model calls, {tally.prompt_tokens} + {tally.completion_tokens} tokens, "
        f"${tally.cost_usd:.4f}, {tally.seconds:.1f} s"
    )
    if tally.truncated:
        out.print(f"{tally.truncated} messages were too long to be shown whole")
    if tally.refused:
        out.print("dropped from answers: " + ", ".join(f"{n} {reason}" for reason, n in tally.refused.most_common()))
    if tally.failures:
        out.print("came to nothing: " + ", ".join(f"{n} {reason}" for reason, n in tally.failures.most_common()))
