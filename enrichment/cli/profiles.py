"""``user profile | find | link``: what is known of a user at a glance, and whose an account is."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.markup import escape

from enrichment.adapters.clock import SystemClock
from enrichment.adapters.postgres.portraits import name_account, refresh, shown_profiles, users_of
from enrichment.app import open_servers
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.settings import Settings


@click.command(short_help="Show a user's profile with each bot.")
@click.argument("user_id", metavar="ID")
@click.option("--refresh", "wants_refresh", is_flag=True, help="Compose it now, whatever has come since.")
@json_option
@pass_invocation
def profile(invocation: Invocation, *, user_id: str, wants_refresh: bool, as_json: bool) -> int:
    """Show a user's profile with each bot: prose, traits, interests, who and what matters, insights.

    It is composed anew after ten messages or a day, not within an hour, and at once when a fact in it has ended.

    \b
    Examples:
      enrichment user profile 4711
      enrichment user profile 4711 --refresh --json
    """

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            if wants_refresh:
                await refresh(servers.database, user_id)
            found = await shown_profiles(servers.database, user_id)
        if as_json:
            print_json(found)
        else:
            print_profiles(found)
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


@click.command(short_help="Find whose account it is.")
@click.argument("platform", metavar="PLATFORM")
@click.argument("handle", metavar="NAME")
@json_option
@pass_invocation
def find(invocation: Invocation, *, platform: str, handle: str, as_json: bool) -> int:
    """Find whose account it is: by what users have said of themselves, and by `user link`.

    \b
    Examples:
      enrichment user find telegram @ada
      enrichment user find wallet 0x52908400098527886E0F7030069857D2E4169EE7 --json
    """

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            found = await users_of(servers.database, platform, handle)
        if as_json:
            print_json(found)
            return Exit.DONE
        for one in found:
            console().print(f"{escape(one['user_id'])} [dim]{one['confidence']:.0%}, {one['last_at']:%Y-%m-%d}[/]")
        if not found:
            console().print("nobody")
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


@click.command(short_help="Note that an account is a user's.")
@click.argument("user_id", metavar="ID")
@click.argument("platform", metavar="PLATFORM")
@click.argument("handle", metavar="NAME")
@pass_invocation
def link(invocation: Invocation, *, user_id: str, platform: str, handle: str) -> int:
    """Note that an account is a user's, as the platform itself has told.

    \b
    Example:
      enrichment user link 4711 telegram @ada
    """

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            await name_account(servers.database, user_id, platform, handle, SystemClock().now())
        console().print(f"{escape(platform)} {escape(handle)} is {escape(user_id)}")
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


def print_profiles(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Print profiles, confirmed insights and digests for people."""
    out = console()
    for one in found["profiles"]:
        if not one["version"]:
            continue
        where = f" in {escape(one['scope'])}" if one["scope"] else ""
        stale = " [yellow](being rebuilt)[/]" if one["stale_since"] else ""
        out.print(
            f"[bold]profile with {escape(one['bot_name'] or '(no bot)')}{where}[/], version {one['version']}{stale}"
        )
        for line in _lines(one):
            out.print(f"  {line}")
    for one in found["insights"]:
        said = f"{one['category']}: {one['name']} {one['value']}".strip()
        out.print(f"  [cyan]•[/] {escape(said)} [dim]{one['confidence']:.0%}, “{escape(one['supporting_text'])}”[/]")
    for one in found["digests"]:
        if one["period"] == "month":
            out.print(f"  {one['starts_on']:%Y-%m} [bold]{escape(one['title'])}[/]: {escape(one['summary_text'])}")


def _lines(one: Mapping[str, Any]) -> list[str]:
    """Return what a profile says, a line for each of its parts that is not empty."""
    scored = [f"{each['name']} ({each['score']:g})" for each in one["interests"]]
    valued = [f"{each['name']} {each['value']}".strip() for each in one["traits"]]
    parts = {
        "interests": scored,
        "traits": valued,
        "work": [each["name"] for each in one["work"]],
        **{kind: [each["name"] for each in each_kind] for kind, each_kind in one["entities"].items()},
        "preferences": [f"{name} {each['value']}" for name, each in one["preferences"].items()],
        "language": [one["language"]] if one["language"] else [],
        "time zone": [f"{one['timezone']} ({one['timezone_from']})"] if one["timezone"] else [],
        "accounts": [f"{name} {handle}" for name, handles in one["platform_ids"].items() for handle in handles],
    }
    told = [escape(one["summary"])] if one["summary"] else []
    return told + [f"[dim]{name}[/] {escape(', '.join(values))}" for name, values in parts.items() if values]
