"""Commands that tell all replicas what to do: ``pause``, ``resume`` and ``reenrich``."""

from datetime import datetime
from typing import TypedDict, Unpack

import click
import structlog

from enrichment.adapters.postgres.pauses import PostgresPauses
from enrichment.adapters.postgres.requeued import PostgresRequeued
from enrichment.app import PIPELINE_VERSION, open_app, open_servers
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.cli.selecting import Moment
from enrichment.domain.selection import Selection
from enrichment.reconcile.leftovers import reopen_requeued
from enrichment.settings import Settings

log = structlog.get_logger()


class ReenrichOptions(TypedDict):
    """The options of ``reenrich``, as the command line gave them."""

    user: str | None
    collection: str | None
    bot: str | None
    since: datetime | None
    until: datetime | None
    below_version: int | None
    dry_run: bool
    as_json: bool


@click.command(short_help="Let all workers take nothing new, until `resume`.")
@click.option("--reason", default="", metavar="TEXT", help="Shown by `status`, and in the workers' logs.")
@pass_invocation
def pause(invocation: Invocation, *, reason: str) -> int:
    """Let all workers finish what they have in hand and take nothing new, until `resume`.

    Agents go on storing messages; they wait as pending.

    \b
    Example:
      enrichment pause --reason "moving the database"
    """
    settings = invocation.settings()

    async def work() -> bool:
        async with open_servers(settings) as servers:
            return await PostgresPauses(servers.database).pause(reason)

    began = in_event_loop(work())
    log.info("work.pause_asked", began=began)
    console(stderr=True).print("paused" if began else "paused already; the first reason stands")
    return Exit.DONE


@click.command()
@pass_invocation
def resume(invocation: Invocation) -> int:
    """End a pause: workers go on within seconds.

    \b
    Example:
      enrichment resume
    """
    settings = invocation.settings()

    async def work() -> bool:
        async with open_servers(settings) as servers:
            return await PostgresPauses(servers.database).resume()

    ended = in_event_loop(work())
    log.info("work.resume_asked", ended=ended)
    console(stderr=True).print("resumed" if ended else "there was no pause")
    return Exit.DONE


@click.command(short_help="Have messages read again, all that is older or some.")
@click.option("--user", metavar="ID", help="Only this user's messages.")
@click.option("--collection", metavar="NAME", help="Only this collection (its real name).")
@click.option("--bot", metavar="NAME", help="Only messages with this bot.")
@click.option("--since", type=Moment(), help="Only messages from this time on.")
@click.option("--until", type=Moment(), help="Only messages before this time.")
@click.option("--below-version", type=click.IntRange(min=1), metavar="N", help="Only what an older pipeline has read.")
@click.option("--dry-run", is_flag=True, help="Count; change nothing.")
@json_option
@pass_invocation
def reenrich(invocation: Invocation, **options: Unpack[ReenrichOptions]) -> int:
    """Have messages read again: all that an older pipeline has read, or those that are chosen.

    They go back to pending; `run` then reads them, which costs what reading costs. What was learnt from a message stays
    until it has been read again, and is replaced in that moment. A copy of a message goes with it.

    \b
    Examples:
      enrichment reenrich --dry-run
      enrichment reenrich --below-version 3 --json
      enrichment reenrich --user 4711 --since 2026-01-01
    """
    settings = invocation.settings()
    selection = Selection(
        user_id=options["user"],
        collection=options["collection"],
        bot_name=options["bot"],
        since=options["since"],
        until=options["until"],
    )
    below = options["below_version"]
    if below is None and selection == Selection():
        below = PIPELINE_VERSION
    work = _count(settings, selection, below) if options["dry_run"] else _reenrich(settings, selection, below)
    done = in_event_loop(work)
    if options["as_json"]:
        print_json(done)
    else:
        console().print(", ".join(f"{count} {name}" for name, count in done.items()))
    return Exit.DONE


async def _count(settings: Settings, selection: Selection, below: int | None) -> dict[str, int]:
    async with open_servers(settings) as servers:
        found = await PostgresRequeued(servers.database).count(selection, below)
    return {"messages": found.messages, "points": found.points, "users": found.users}


async def _reenrich(settings: Settings, selection: Selection, below: int | None) -> dict[str, int]:
    async with open_app(settings, trigger="reenrich") as app:
        requeued = PostgresRequeued(app.servers.database)
        found = await requeued.count(selection, below)
        points = reopened = 0
        async for page in requeued.reenrich(selection, below):
            points += len(page)
            reopened += await reopen_requeued(app.ports.upkeep)
    log.info("messages.requeued", messages=found.messages, points=points)
    return {"messages": found.messages, "points": points, "users": found.users, "reopened": reopened}
