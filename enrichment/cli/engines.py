"""``engines``: what the seven analyses know, and how to make it anew."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import click

from enrichment.adapters.postgres.caches import PostgresCaches
from enrichment.adapters.postgres.engine_rows import EngineRow, Standing, engine_rows, standing
from enrichment.adapters.postgres.rebuilds import PostgresRebuilds
from enrichment.app import open_app, open_servers
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.engine_rows import print_rows
from enrichment.cli.exits import Exit
from enrichment.engines.frame import AnyEngine, Pair
from enrichment.engines.registry import ENGINES
from enrichment.ports import Ports
from enrichment.reconcile.rebuild import rebuild
from enrichment.reconcile.refresh import report, with_lease
from enrichment.settings import Settings

MOST_PAIRS = 100_000
NAMES = sorted(engine.name for engine in ENGINES)


class Chosen(click.ParamType[tuple[AnyEngine, ...]]):
    """Names of engines with commas between them."""

    name = "engines"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[AnyEngine, ...]:
        """Return the engines, in the order of the registry, or fail naming those that there are."""
        wanted = {part.strip() for part in value.split(",") if part.strip()}
        if unknown := sorted(wanted - set(NAMES)):
            self.fail(f"{', '.join(unknown)}: there are {', '.join(NAMES)}", param, ctx)
        return tuple(engine for engine in ENGINES if engine.name in wanted)


engines_option = click.option("--engines", "chosen", type=Chosen(), metavar="NAMES", help="Only these, with commas.")
engine_option = click.option("--engine", "chosen", type=Chosen(), metavar="NAME", help="Only this engine.")
user_option = click.option("--user", metavar="ID", help="Only this user.")
bot_option = click.option("--bot", metavar="NAME", help="Only this bot.")


@click.group()
def engines() -> None:
    """Look at what the engines found, or make it anew.

    docs/engines.md says what they compute, from which models, and how well.

    \b
    Examples:
      enrichment engines list
      enrichment engines list --user 4711
      enrichment engines rebuild --user 4711
      enrichment engines invalidate
    """


@engines.command("list", short_help="List the engines, or what they say of one user.")
@user_option
@bot_option
@engine_option
@json_option
@pass_invocation
def list_command(
    invocation: Invocation, *, user: str | None, bot: str | None, chosen: tuple[AnyEngine, ...] | None, as_json: bool
) -> int:
    """List the engines with their tables and how much each keeps; with --user, what they say of that user.

    \b
    Examples:
      enrichment engines list --json
      enrichment engines list --user 4711 --bot luna
      enrichment engines list --user 4711 --engine memory_aging --json
    """
    if bot is not None and user is None:
        raise click.UsageError("--bot: only with --user")

    settings, asked = invocation.settings(), chosen or ENGINES
    if user is None:
        return in_event_loop(_list_all(settings, asked, as_json=as_json))
    return in_event_loop(_list_user(settings, asked, Pair(user, bot or ""), as_json=as_json))


@engines.command("rebuild", short_help="Fold states and rows anew; no model is called.")
@user_option
@bot_option
@engine_option
@json_option
@pass_invocation
def rebuild_command(
    invocation: Invocation, *, user: str | None, bot: str | None, chosen: tuple[AnyEngine, ...] | None, as_json: bool
) -> int:
    """Fold states and rows anew from what has been read: no model is called.

    Without --user, the pairs that are known to be wrong: after an edit, a deletion, messages that came late, or a new
    version of an engine. The daemon does these by itself, each at most once a day.

    Exit codes: 0 done · 75 another worker had some of the users, try again.

    \b
    Examples:
      enrichment engines rebuild
      enrichment engines rebuild --user 4711 --bot luna
      enrichment engines rebuild --user 4711 --engine context_switch --json
    """

    async def work(settings: Settings) -> int:
        async with open_app(settings, trigger="rebuild") as app:
            now = app.ports.clock.now()
            limits = {} if user is not None else {"wrong_before": now, "rebuilt_before": now}
            pairs = await PostgresRebuilds(app.servers.database).chosen(
                MOST_PAIRS, user_id=user, bot_name=bot, **limits
            )
            done = await _rebuilt(only(app.ports, chosen), pairs, settings.loop.lease_seconds)
        left = len(pairs) - done
        if as_json:
            print_json({"rebuilt": done, "left": left})
        else:
            console().print(f"{done} pairs rebuilt" + (f", {left} are another worker's: try again" if left else ""))
        return Exit.WORK_LEFT if left else Exit.DONE

    return in_event_loop(work(invocation.settings()))


@engines.command(short_help="Let rows be made anew from the states.")
@user_option
@bot_option
@json_option
@pass_invocation
def invalidate(invocation: Invocation, *, user: str | None, bot: str | None, as_json: bool) -> int:
    """Let rows be made anew from the states in the daemon's next rounds, at once with --user.

    \b
    Examples:
      enrichment engines invalidate --user 4711
      enrichment engines invalidate --bot luna
    """

    async def work(settings: Settings) -> int:
        async with open_app(settings, trigger="invalidate") as app:
            count = await PostgresCaches(app.servers.database).invalidate(user, bot)
            if user is not None:
                pairs = await PostgresRebuilds(app.servers.database).chosen(MOST_PAIRS, user_id=user, bot_name=bot)
                for pair in pairs:
                    await with_lease(app.ports, settings.loop.lease_seconds, pair, report)
        print_json({"pairs": count}) if as_json else console().print(f"{count} pairs")
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


def only(ports: Ports, chosen: tuple[AnyEngine, ...] | None) -> Ports:
    """Return the ports with these engines alone; what the others miss is known to be missing."""
    if chosen is None:
        return ports
    names = {engine.name for engine in chosen}
    run = tuple(engine for engine in ports.engines.run if engine.name in names)
    return replace(ports, engines=replace(ports.engines, run=run))


async def _rebuilt(ports: Ports, pairs: Sequence[Pair], lease_seconds: float) -> int:
    return sum([await with_lease(ports, lease_seconds, pair, rebuild) for pair in pairs])


async def _list_all(settings: Settings, asked: Sequence[AnyEngine], *, as_json: bool) -> int:
    async with open_servers(settings) as servers:
        counted = await standing(servers.database, asked)
    print_json([asdict(one) for one in counted]) if as_json else _print_standing(counted)
    return Exit.DONE


async def _list_user(settings: Settings, asked: Sequence[AnyEngine], pair: Pair, *, as_json: bool) -> int:
    async with open_servers(settings) as servers:
        rows = await engine_rows(servers.database, asked, pair.user_id, pair.bot_name or None)
    print_json([asdict(one) for one in rows]) if as_json else _print_user(pair.user_id, rows)
    return Exit.DONE


def _print_standing(counted: Sequence[Standing]) -> None:
    out = console()
    for one in counted:
        out.print(
            f"[bold]{one.engine}[/] → {one.table}: {one.rows} rows, {one.expired} run out; {one.states} states, "
            f"{one.state_bytes / 1000:.1f} kB"
        )
    out.print(f"{counted[0].to_rebuild if counted else 0} pairs to rebuild")


def _print_user(user: str, rows: Sequence[EngineRow]) -> None:
    out = console()
    if not rows:
        out.print(f"no engine has seen {user}")
    for bot in sorted({row.bot_name for row in rows}):
        out.print(f"[bold]with {bot}[/]")
        print_rows(out, [row for row in rows if row.bot_name == bot])
