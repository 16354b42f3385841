"""``run``: the daemon, and the one-shot run with its options."""

import asyncio
import os
import signal
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import click

from enrichment.app import open_app
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.dry_run import dry_run
from enrichment.cli.exits import Exit
from enrichment.cycle import Cycle
from enrichment.domain.selection import Selection
from enrichment.domain.tally import Tally
from enrichment.errors import BudgetExhausted, ModelAccessDenied, ModelUnavailable
from enrichment.loop import run_forever, run_once
from enrichment.settings import Settings


class Moment(click.ParamType):
    """An ISO 8601 date or time; UTC where it names no zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return an aware time, or fail naming the option."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an ISO 8601 date or time, such as 2026-01-31T18:00:00+01:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
@click.option("--dry-run", "only_plan", is_flag=True, help="Plan and price it; call nothing, write nothing.")
@click.option("--show-prompt", is_flag=True, help="With --dry-run: print the first prompt.")
@json_option
@pass_invocation
def run_command(
    invocation: Invocation,
    *,
    once: bool,
    due_only: bool,
    max_messages: int | None,
    max_cost_usd: float | None,
    only_plan: bool,
    show_prompt: bool,
    as_json: bool,
    **chosen: Any,
) -> int:
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
    limited = due_only or max_messages is not None or any(value is not None for value in chosen.values())
    if limited and not (once or only_plan):
        raise click.UsageError(
            "--due-only, --user, --collection, --bot, --since, --until and --max-messages go with --once"
        )
    budget = {"run_usd": Decimal(str(max_cost_usd))} if max_cost_usd is not None else {}
    settings = invocation.settings(budget=budget)
    selection = Selection(user_id=chosen.pop("user"), bot_name=chosen.pop("bot"), **chosen)
    if only_plan:
        return in_event_loop(dry_run(settings, selection, as_json=as_json, show_prompt=show_prompt))
    if once:
        return in_event_loop(_once(settings, selection, due_only=due_only, max_messages=max_messages, as_json=as_json))
    return in_event_loop(_daemon(settings))


async def _once(
    settings: Settings, selection: Selection, *, due_only: bool, max_messages: int | None, as_json: bool
) -> int:
    stopping = asyncio.Event()
    stop_on_signals(stopping, settings.loop.grace_seconds)
    async with open_app(settings, trigger="once") as app:
        cycle = app.cycle(stopping, due_only=due_only, selection=selection, max_messages=max_messages)
        async with app.recorded(cycle):
            code = await _drained(cycle, stopping)
    print_json(cycle.tally.report()) if as_json else print_tally(cycle.tally)
    return code


async def _drained(cycle: Cycle, stopping: asyncio.Event) -> Exit:
    try:
        tally = await run_once(cycle)
    except ModelUnavailable as error:
        console(stderr=True).print(f"the model cannot be used now ({error}); what was not read stays pending")
        return Exit.WORK_LEFT if cycle.tally.model_calls else Exit.UNAVAILABLE
    except (ModelAccessDenied, BudgetExhausted) as error:
        console(stderr=True).print(f"stopped: {error}; what was not read stays pending")
        return Exit.NO_ACCESS
    except asyncio.CancelledError:
        if not stopping.is_set():
            raise
        return Exit.WORK_LEFT
    if tally.failures or stopping.is_set():
        return Exit.WORK_LEFT if tally.pending_left else _done(tally)
    return _done(tally)


def _done(tally: Tally) -> Exit:
    return Exit.QUARANTINED if tally.quarantined else Exit.DONE


async def _daemon(settings: Settings) -> int:
    stopping = asyncio.Event()
    stop_on_signals(stopping, settings.loop.grace_seconds)
    async with open_app(settings, trigger="daemon") as app:
        try:
            await run_forever(lambda: app.cycle(stopping, due_only=True), app.rhythm, stopping)
        except asyncio.CancelledError:
            if not stopping.is_set():
                raise
    return Exit.DONE


def stop_on_signals(stopping: asyncio.Event, grace_seconds: float) -> None:
    """Let the first SIGTERM or SIGINT finish the batches in hand, at most in the grace time; the second exits at once."""
    loop = asyncio.get_running_loop()
    work = asyncio.current_task()

    def stop(number: signal.Signals) -> None:
        if stopping.is_set():
            os._exit(128 + number)
        stopping.set()
        if work is not None:
            loop.call_later(grace_seconds, work.cancel)

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
    if tally.refused:
        out.print("dropped from answers: " + ", ".join(f"{n} {reason}" for reason, n in tally.refused.most_common()))
    if tally.failures:
        out.print("came to nothing: " + ", ".join(f"{n} {reason}" for reason, n in tally.failures.most_common()))
