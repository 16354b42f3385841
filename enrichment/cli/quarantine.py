"""``quarantine``: what no model could read, without its text unless that is asked for."""

from collections.abc import Sequence

import click
import structlog

from enrichment.adapters.postgres.quarantine import LIMIT, PostgresQuarantine, Quarantined
from enrichment.app import open_app, quarantining
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.cli.selecting import Point, shown
from enrichment.domain.messages import PointRef
from enrichment.settings import Settings

log = structlog.get_logger()


@click.group(short_help="Look at messages that no model could read; retry or drop.")
def quarantine() -> None:
    """Look at messages that no model could read, give them another chance, or give them up.

    \b
    Examples:
      enrichment quarantine list --reason refusal
      enrichment quarantine show chat/42 --text
      enrichment quarantine retry --all
      enrichment quarantine drop chat/42
    """


@quarantine.command("list")
@click.option("--reason", metavar="R", help="Only those with this reason, such as refusal, truncated or crash.")
@json_option
@pass_invocation
def list_command(invocation: Invocation, *, reason: str | None, as_json: bool) -> int:
    """List what is quarantined, the latest first.

    \b
    Example:
      enrichment quarantine list --reason crash --json
    """
    found = in_event_loop(_found(invocation.settings(), reason=reason))
    if len(found) >= LIMIT:
        console(stderr=True).print(f"only the latest {LIMIT} are listed; there may be more")
    if as_json:
        print_json([_report(one) for one in found])
        return Exit.DONE
    out = console()
    for one in found:
        out.print(f"{shown(one.ref)}  {one.reason}  said {one.said_at:%Y-%m-%d %H:%M} UTC, {one.attempts} attempts")
    if not found:
        out.print("nothing is quarantined" + (f" for {reason}" if reason else ""))
    return Exit.DONE


@quarantine.command(short_help="Show a message's reason and attempts.")
@click.argument("point", metavar="ID", type=Point())
@click.option("--text", "with_text", is_flag=True, help="Print the message itself too.")
@json_option
@pass_invocation
def show(invocation: Invocation, *, point: PointRef, with_text: bool, as_json: bool) -> int:
    """Show one message's reason and attempts; its text only if asked for.

    \b
    Example:
      enrichment quarantine show chat/42 --text
    """
    settings = invocation.settings()
    [one] = _required(in_event_loop(_found(settings, refs=[point])), [point])
    report = _report(one)
    if with_text:
        report["text"] = in_event_loop(_text(settings, one))
        log.info("quarantine.text_shown", id=shown(point))
    if as_json:
        print_json(report)
    else:
        for name, value in report.items():
            click.echo(f"{name:<17} {value}")
    return Exit.DONE


@quarantine.command(short_help="Send messages back to pending, as if never tried.")
@click.argument("points", metavar="[ID...]", nargs=-1, type=Point())
@click.option("--all", "everything", is_flag=True, help="Everything that is quarantined.")
@click.option("--reason", metavar="R", help="Everything with this reason.")
@json_option
@pass_invocation
def retry(
    invocation: Invocation, *, points: tuple[PointRef, ...], everything: bool, reason: str | None, as_json: bool
) -> int:
    """Send messages back to pending, as if they had never been tried.

    \b
    Examples:
      enrichment quarantine retry chat/42 chat/43
      enrichment quarantine retry --reason refusal
      enrichment quarantine retry --all
    """
    if [bool(points), everything, reason is not None].count(True) != 1:
        raise click.UsageError("name messages, or --all, or --reason")
    settings = invocation.settings()
    refs = list(points) or None

    async def work() -> int:
        async with open_app(settings, trigger="quarantine") as app:
            _required(await PostgresQuarantine(app.servers.database).list(reason=reason, refs=refs), points)
            return await quarantining.retry(app, reason=reason, refs=refs)

    return _told("retried", in_event_loop(work()), as_json=as_json)


@quarantine.command(short_help="Give messages up: they end as skipped.")
@click.argument("points", metavar="ID...", nargs=-1, required=True, type=Point())
@json_option
@pass_invocation
def drop(invocation: Invocation, *, points: tuple[PointRef, ...], as_json: bool) -> int:
    """Give messages up: they end as skipped, and are not read again.

    \b
    Example:
      enrichment quarantine drop chat/42
    """
    settings = invocation.settings()

    async def work() -> int:
        async with open_app(settings, trigger="quarantine") as app:
            _required(await PostgresQuarantine(app.servers.database).list(refs=points), points)
            return await quarantining.give_up(app, points)

    return _told("dropped", in_event_loop(work()), as_json=as_json)


async def _found(
    settings: Settings, *, reason: str | None = None, refs: Sequence[PointRef] | None = None
) -> Sequence[Quarantined]:
    async with open_app(settings, trigger="quarantine") as app:
        return await PostgresQuarantine(app.servers.database).list(reason=reason, refs=refs)


async def _text(settings: Settings, one: Quarantined) -> str | None:
    async with open_app(settings, trigger="quarantine") as app:
        fetched = await app.ports.pending.fetch(one.user_id, [one.ref])
    return next((message.text for message in fetched.messages), None)


def _required(found: Sequence[Quarantined], points: Sequence[PointRef]) -> Sequence[Quarantined]:
    missing = set(points) - {one.ref for one in found}
    if missing:
        raise click.UsageError(f"not quarantined: {', '.join(sorted(map(shown, missing)))}")
    return found


def _report(one: Quarantined) -> dict[str, object]:
    names = ("user_id", "bot_name", "reason", "attempts", "crashes", "pipeline_version", "said_at", "committed_at")
    return {"id": shown(one.ref), **{name: getattr(one, name) for name in names}}


def _told(what: str, count: int, *, as_json: bool) -> int:
    print_json({what: count}) if as_json else console().print(f"{count} {what}")
    return Exit.DONE
