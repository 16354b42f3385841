"""Commands that look and change nothing: ``status``, ``health`` and ``doctor``."""

from dataclasses import asdict, replace

import click
import httpx
from rich.markup import escape

from enrichment.adapters.postgres.standing import Standing, standing
from enrichment.app import USUAL_PORT, examine, open_servers
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.errors import DependencyUnavailable, EnrichmentError
from enrichment.settings import WebSettings

# Less than the patience of a container's health check.
LIVE_SECONDS = 5.0


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


@click.command(short_help="Tell by the exit code whether all that is needed answers.")
@click.option("--live", is_flag=True, help="Ask the worker that runs here whether its loop turns, and nothing else.")
@json_option
@pass_invocation
def health(invocation: Invocation, *, live: bool, as_json: bool) -> int:
    """Tell by the exit code whether Postgres and Qdrant answer, or whether a worker is alive: 0 yes, 69 no.

    \b
    Examples:
      enrichment health && echo fine
      enrichment health --live
    """
    settings = invocation.settings()

    async def work() -> None:
        async with open_servers(settings) as servers:
            await servers.qdrant.answers()

    try:
        _ask_worker(settings.web) if live else in_event_loop(work())
    except EnrichmentError as error:
        if as_json:
            print_json({"healthy": False, "reason": str(error)})
        raise
    print_json({"healthy": True, "reason": None}) if as_json else click.echo("healthy")
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


def _ask_worker(web: WebSettings) -> None:
    """Ask /livez; raises ``DependencyUnavailable`` unless it says yes."""
    host = "127.0.0.1" if web.host in {"0.0.0.0", "::", "localhost"} else web.host  # noqa: S104 - compared, not bound
    address = f"http://[{host}]" if ":" in host else f"http://{host}"
    try:
        answer = httpx.get(f"{address}:{web.port or USUAL_PORT}/livez", timeout=LIVE_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        raise DependencyUnavailable("worker", f"does not answer ({type(error).__name__})") from error
    if answer.status_code != httpx.codes.OK:
        raise DependencyUnavailable("worker", "its loop is stuck")


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
