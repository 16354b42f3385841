"""``user``: what users may ask of their memory: to see it, take it along, erase it, forget, and be left alone."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime

import click
import orjson
from rich.markup import escape

from enrichment.adapters.clock import SystemClock
from enrichment.adapters.meaning.erasing import erase_vectors
from enrichment.adapters.postgres.erasure import Receipt, erase, holdings
from enrichment.adapters.postgres.export import FORMAT, Export, exporting
from enrichment.adapters.postgres.learnt import learnt
from enrichment.adapters.postgres.portraits import shown_profiles
from enrichment.adapters.postgres.rights import PostgresRights
from enrichment.adapters.qdrant.erasing import Deleted, QdrantErasing
from enrichment.app import PIPELINE_VERSION, App, open_app, open_servers
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.cli.facts import the_fact
from enrichment.cli.known import print_known
from enrichment.cli.profiles import find, link, print_profiles, profile
from enrichment.cli.selecting import Moment
from enrichment.domain.feedback import is_rule
from enrichment.errors import DependencyUnavailable
from enrichment.settings import Settings

user_id_argument = click.argument("user_id", metavar="ID")


@click.group(short_help="See, take along, erase or correct what is known of a user.")
def user() -> None:
    """See what is remembered of a user, take it along, erase it, forget a fact, or leave a user alone.

    The ID is the stored one: with its namespace in front, as in ns:4711, where the collection has one.

    \b
    Examples:
      enrichment user show 4711
      enrichment user export 4711 > 4711.json
      enrichment user erase 4711 --qdrant
      enrichment user forget 4711 3f2a
      enrichment user opt-out 4711
    """


@user.command(short_help="Show what is remembered of a user, by bot.")
@user_id_argument
@json_option
@pass_invocation
def show(invocation: Invocation, *, user_id: str, as_json: bool) -> int:
    """Show what is remembered of a user, by bot: profile, facts with their quotes, summaries, and how much.

    \b
    Example:
      enrichment user show 4711
    """

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            known = await learnt(servers.database, user_id)
            kept = {name: rows for name, rows in (await holdings(servers.database, user_id)).items() if rows}
            rights = PostgresRights(servers.database, pipeline_version=PIPELINE_VERSION)
            erased_before, opted_out_since = await rights.wishes(user_id)
            rules = await rights.rules(user_id)
            profiles = await shown_profiles(servers.database, user_id)
        wishes = {"erased_before": erased_before, "opted_out_since": opted_out_since}
        if as_json:
            print_json({**asdict(known), **profiles, **wishes, "forbidden": rules, "rows": kept})
            return Exit.DONE
        print_profiles(profiles)
        print_known(known, wishes, rules, kept)
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


@user.command(short_help="Write everything that is kept of a user as JSON.")
@user_id_argument
@click.option("--json", "as_json", is_flag=True, help="The same: an export is always JSON.")
@pass_invocation
def export(invocation: Invocation, *, user_id: str, as_json: bool) -> int:  # noqa: ARG001 - see its help
    """Write everything that is kept of a user as JSON: what an erasure would delete, facts with their evidence.

    docs/privacy.md says what the fields mean. It is one moment's state, and streamed, however much there is.

    \b
    Example:
      enrichment user export 4711 > 4711.json
    """

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers, exporting(servers.database, user_id) as found:
            async for piece in _document(found):
                try:
                    click.echo(piece, nl=False)
                except BrokenPipeError:
                    # Whoever reads has had enough; the database has nothing to do with it.
                    raise click.Abort from None
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


@user.command("erase", short_help="Delete everything of a user, and print a receipt.")
@user_id_argument
@click.option("--before", type=Moment(), help="Read again what was said after this time; all is deleted all the same.")
@click.option("--qdrant", is_flag=True, help="Delete the messages too, in every collection that is served.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_invocation
def erase_command(
    invocation: Invocation, *, user_id: str, before: datetime | None, qdrant: bool, yes: bool, as_json: bool
) -> int:
    """Delete everything that is kept of a user, whatever is under way, and print a receipt.

    A hash of the id and the time are kept, so that older messages are never read again. Later ones are.

    \b
    Examples:
      enrichment user erase 4711
      enrichment user erase 4711 --qdrant --yes --json
      enrichment user erase 4711 --before 2026-01-01
    """
    if before is not None and before > datetime.now(UTC):
        raise click.UsageError("--before: what will be said cannot be erased; see `enrichment user opt-out`")

    async def work(settings: Settings) -> int:
        async with open_app(settings, trigger="erase") as app:
            if not yes:
                kept = sum((await holdings(app.servers.database, user_id)).values())
                also = " and the messages in Qdrant" if qdrant else ""
                click.confirm(f"Delete {kept} rows{also} of {user_id}, for good?", abort=True, err=True)
            receipt = await erase(app.servers.database, user_id, before)
            vectors = await _erase_vectors(app, user_id)
            points = {**(vectors or {}), **(await _erase_points(app, user_id, receipt) if qdrant else {})}
        _print_receipt(receipt, points, as_json=as_json)
        return Exit.WORK_LEFT if vectors is None or any(one.left for one in points.values()) else Exit.DONE

    return in_event_loop(work(invocation.settings()))


@user.command(short_help="Forget one fact for good, or all with certain words.")
@user_id_argument
@click.argument("fact", metavar="[FACT]", required=False)
@click.option("--matching", metavar="TEXT", help="Whatever has all these words, now and from now on.")
@click.option("--lift", is_flag=True, help="With --matching: take that rule back; what it deleted stays deleted.")
@pass_invocation
def forget(invocation: Invocation, *, user_id: str, fact: str | None, matching: str | None, lift: bool) -> int:
    """Forget one fact for good, or whatever has certain words; neither will be remembered again.

    FACT is the id that `user show` prints, or its beginning. A forgotten fact is deleted with its evidence and the
    summaries of its sessions; a hash of it is kept so that it does not come back.

    \b
    Examples:
      enrichment user forget 4711 3f2a
      enrichment user forget 4711 --matching "my divorce"
      enrichment user forget 4711 --matching "my divorce" --lift
    """
    if (fact is None) == (matching is None) or (lift and matching is None):
        raise click.UsageError("name either a FACT or --matching TEXT; --lift goes with the latter")
    if matching is not None and not is_rule(matching):
        raise click.UsageError("--matching: there is no word in it")

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            rights = PostgresRights(servers.database, pipeline_version=PIPELINE_VERSION)
            if fact is not None:
                found = await the_fact(servers.database, fact, user_id)
                await rights.forget(found)
                said = f"forgotten: {escape(found.statement)}"
            elif lift:
                said = "taken back" if await rights.lift(user_id, matching or "") else "there is no such rule"
            else:
                facts, summaries = await rights.forbid(user_id, matching or "")
                said = f"forgotten: {facts} facts and {summaries} summaries; no more will be remembered"
        console().print(said)
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


@user.command("opt-out", short_help="Read nothing of a user from now on.")
@user_id_argument
@pass_invocation
def opt_out(invocation: Invocation, *, user_id: str) -> int:
    """Read nothing of a user from now on: pending and later messages are skipped. What is known stays.

    \b
    Example:
      enrichment user opt-out 4711
    """

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            await PostgresRights(servers.database, pipeline_version=PIPELINE_VERSION).opt_out(user_id)
        console().print(f"nothing of {escape(user_id)} is read any more; `user erase` deletes what is known")
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


@user.command("opt-in", short_help="Read a user's later messages again.")
@user_id_argument
@pass_invocation
def opt_in(invocation: Invocation, *, user_id: str) -> int:
    """Read a user's later messages again; what was skipped meanwhile stays skipped.

    \b
    Example:
      enrichment user opt-in 4711
    """

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            was_out = await PostgresRights(servers.database, pipeline_version=PIPELINE_VERSION).opt_in(user_id)
        said = "is read again from now on" if was_out else "was read all along"
        console().print(f"{escape(user_id)} {said}")
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


user.add_command(profile)
user.add_command(find)
user.add_command(link)


async def _document(found: Export) -> AsyncIterator[str]:
    """Yield the export piece by piece: one JSON object, one row a line."""
    head = {
        "format": FORMAT,
        "user_id": found.user_id,
        "exported_at": found.exported_at,
        "erased_before": found.erased_before,
        "opted_out_since": found.opted_out_since,
    }
    for name, value in head.items():
        yield ("{" if name == "format" else ",") + f'\n"{name}": {orjson.dumps(value).decode()}'
    for table in found.tables:
        yield f',\n"{table}": ['
        separator = "\n"
        async for row in found.rows(table):
            yield separator + orjson.dumps(row).decode()
            separator = ",\n"
        yield "]"
    yield "\n}\n"


async def _erase_vectors(app: App, user_id: str) -> Mapping[str, Deleted] | None:
    """Delete the vectors of the memory; None, and a word of it, while Qdrant is away: the rows are gone already."""
    try:
        return await erase_vectors(app.servers.database, app.servers.qdrant, user_id)
    except DependencyUnavailable as error:
        click.echo(f"vectors are left, for the daemon or `enrichment maintain` to delete: {error}", err=True)
        return None


async def _erase_points(app: App, user_id: str, receipt: Receipt) -> Mapping[str, Deleted]:
    erasing = QdrantErasing(app.servers.qdrant, SystemClock(), app.servers.rules)
    return await erasing.erase(user_id, await app.ports.pending.collections(), receipt.erased_before)


def _print_receipt(receipt: Receipt, points: Mapping[str, Deleted], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "user_hash": receipt.user_hash.hex(),
                "erased_before": receipt.erased_before.isoformat(),
                "rows": dict(receipt.rows),
                "total": receipt.total,
                "read_again": receipt.read_again,
                "points": {name: asdict(one) for name, one in points.items()},
            }
        )
        return
    out = console()
    for name, rows in receipt.rows.items():
        if rows:
            out.print(f"{rows:>8} {name}")
    for name, one in points.items():
        left = f", [red]{one.left} are still there: try again[/]" if one.left else ", none left"
        out.print(f"{one.deleted:>8} points of {escape(name)}{left}")
    again = f"; {receipt.read_again} later points will be read again" if receipt.read_again else ""
    out.print(
        f"erased {receipt.total} rows; nothing said until {receipt.erased_before:%Y-%m-%d %H:%M:%S %Z} is read{again}"
    )
