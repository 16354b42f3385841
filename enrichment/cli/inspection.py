"""Commands that look and change nothing: ``status`` and ``doctor``."""

from dataclasses import asdict, replace

import click
from rich.markup import escape

from enrichment.adapters.postgres.standing import Standing, standing
from enrichment.app import examine, open_servers
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.settings import Settings


@click.command(short_help="Show what waits, who works, and what was spent today.")
@json_option
@pass_invocation
def status(invocation: Invocation, *, as_json: bool) -> int:
    """Show what waits, who works, what is unsettled, quarantined or paused, and what was spent today.

    \b
    Examples:
      enrichment status
      enrichment status --json
    """
    settings = invocation.settings()

    async def work() -> Standing:
        async with open_servers(settings) as servers:
            found = await standing(servers.database)
        # Nobody has asked today: all of it is left.
        return replace(found, left_today_usd=settings.budget.day_usd) if found.left_today_usd is None else found

    found = in_event_loop(work())
    print_json(asdict(found)) if as_json else _print_standing(found)
    return Exit.DONE


@click.command(short_help="Check the set-up, and say what to do where it is wrong.")
@json_option
@pass_invocation
def doctor(invocation: Invocation, *, as_json: bool) -> int:
    """Check that everything is set up as it should be, and say what to do where it is not.

    \b
    Examples:
      enrichment doctor
      enrichment doctor --json
    """
    findings = in_event_loop(examine(invocation.settings()))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        out = console()
        for finding in findings:
            mark = "[green]ok[/]  " if finding.ok else "[red]no[/]  "
            out.print(f"{mark}{finding.what}" + (f"\n    {finding.advice}" if finding.advice else ""))
    return Exit.DONE if all(finding.ok for finding in findings) else Exit.CONFIGURATION


async def ask_stores(settings: Settings) -> None:
    """Ask both stores; raises ``DependencyUnavailable`` unless they answer."""
    async with open_servers(settings) as servers:
        await servers.qdrant.answers()


def _print_standing(found: Standing) -> None:
    out = console()
    if found.paused:
        why = f": {found.paused.reason}" if found.paused.reason else ""
        out.print(f"[yellow]paused[/] since {found.paused.since:%Y-%m-%d %H:%M} UTC{escape(why)}")
    for one in found.collections:
        since = f", the oldest from {one.oldest:%Y-%m-%d %H:%M} UTC" if one.oldest else ""
        looked = f" (looked at {one.planned_at:%Y-%m-%d %H:%M} UTC)" if one.planned_at else ""
        out.print(f"[bold]{one.collection}[/]: {one.pending} pending{since}{looked}")
    if not found.collections:
        out.print("no collection has been looked at yet")
    for holder in found.holders:
        out.print(f"worker {holder.owner} holds {holder.users} users")
    out.print(
        f"{found.unsettled} unsettled, {found.quarantined} quarantined, {found.open_batches} open batches, "
        f"{found.requeued} to be read again; "
        f"today {found.calls_today} model calls, ${found.cost_today_usd:.4f}"
        + ("" if found.left_today_usd is None else f", ${found.left_today_usd:.4f} left")
    )
