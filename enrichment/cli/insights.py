"""``insights list | confirm | reject``: what follows about a user, and what they say of it."""

from collections.abc import Mapping
from typing import Any

import click
from rich.markup import escape

from enrichment.adapters.postgres.insights import insights_of, judge
from enrichment.adapters.postgres.pool import Database
from enrichment.app import open_servers
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.domain.feedback import InsightVerdict
from enrichment.settings import Settings

insight_argument = click.argument("insight", metavar="INSIGHT")
user_argument = click.argument("user_id", metavar="ID")


@click.group()
def insights() -> None:
    """Say what is so of what has been concluded about a user.

    \b
    Examples:
      enrichment insights list 4711
      enrichment insights reject 4711 3f2a
    """


@insights.command("list", short_help="List a user's insights, those that are not shown too.")
@user_argument
@json_option
@pass_invocation
def insights_list(invocation: Invocation, *, user_id: str, as_json: bool) -> int:
    """List a user's insights with their ids: candidates are shown to nobody until they are surer, or confirmed.

    \b
    Example:
      enrichment insights list 4711
    """

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            found = await insights_of(servers.database, user_id)
        if as_json:
            print_json({"insights": found})
        for one in () if as_json else found:
            console().print(_line(one))
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


@insights.command("confirm", short_help="Say that an insight is right.")
@user_argument
@insight_argument
@json_option
@pass_invocation
def insights_confirm(invocation: Invocation, *, user_id: str, insight: str, as_json: bool) -> int:
    """Say that an insight is right: it is shown from now on, however sure it is. INSIGHT is the beginning of its id.

    \b
    Example:
      enrichment insights confirm 4711 3f2a
    """
    return _judged(invocation, (user_id, insight), InsightVerdict.CONFIRM, as_json=as_json)


@insights.command("reject", short_help="Say that an insight is wrong.")
@user_argument
@insight_argument
@json_option
@pass_invocation
def insights_reject(invocation: Invocation, *, user_id: str, insight: str, as_json: bool) -> int:
    """Say that an insight is wrong: it is shown no more, whatever supports it. INSIGHT is the beginning of its id.

    The facts that it rests on stay: `feedback FACT incorrect` retracts them.

    \b
    Example:
      enrichment insights reject 4711 3f2a
    """
    return _judged(invocation, (user_id, insight), InsightVerdict.REJECT, as_json=as_json)


def _judged(invocation: Invocation, which: tuple[str, str], verdict: InsightVerdict, *, as_json: bool) -> int:
    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            found = await _the_insight(servers.database, *which)
            judged = await judge(servers.database, which[0], found["insight_id"], verdict)
        if judged is None:
            raise click.UsageError("the insight has gone meanwhile")
        print_json(judged) if as_json else console().print(_line(judged))
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


async def _the_insight(database: Database, user_id: str, shortened: str) -> Mapping[str, Any]:
    """Return the user's one insight whose id begins so; a usage error names what is wrong otherwise."""
    begins = shortened.replace("-", "").lower()
    found = [one for one in await insights_of(database, user_id) if one["insight_id"].hex.startswith(begins)]
    if len(found) != 1:
        which = "several insights" if found else "no insight"
        raise click.UsageError(f"{which} with an id that begins with {shortened}")
    return found[0]


def _line(one: Mapping[str, Any]) -> str:
    about = f"{one['about']}: " if one["about"] else ""
    value = f" ({one['value']})" if one["value"] else ""
    what = escape(f"{about}{one['category']} {one['name']}{value}, {one['state']}")
    return f"{what}, {one['confidence']:.0%} [dim]{one['insight_id']}[/]"
