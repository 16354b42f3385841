"""Commands about the set-up: which settings are in force, and the schema."""

import click

from enrichment.adapters.postgres.migrate import migrate as bring_up_to_date
from enrichment.app import open_servers
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.configuration import names, redacted


@click.command()
@json_option
@click.option("--names", "show_names", is_flag=True, help="List every setting with its meaning instead.")
@pass_invocation
def config(invocation: Invocation, *, as_json: bool, show_names: bool) -> None:
    """Show the settings in force, secrets as asterisks.

    \b
    Examples:
      enrichment config
      enrichment config --names
      ENRICHMENT_MODEL__NAME=gpt-4o enrichment config --json
    """
    settings = invocation.settings()
    if show_names:
        listed = {name: description for name, description, _ in names()}
        print_json(listed) if as_json else _print_pairs(listed)
        return
    shown = redacted(settings)
    print_json(shown) if as_json else _print_pairs(_flat(shown))


@click.command()
@pass_invocation
def migrate(invocation: Invocation) -> None:
    """Bring the database's schema up to date.

    The embedded database does this by itself. Safe while workers run: one migrates, the others wait.

    \b
    Example:
      ENRICHMENT_POSTGRES__DSN=postgresql://… enrichment migrate
    """
    settings = invocation.settings()

    async def work() -> list[str]:
        async with open_servers(settings, schema=False) as servers:
            return list(await bring_up_to_date(servers.database))

    applied = in_event_loop(work())
    console(stderr=True).print(f"applied {', '.join(applied)}" if applied else "the schema is up to date")


def _flat(shown: dict[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in shown.items():
        if isinstance(value, dict) and value:
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def _print_pairs(pairs: dict[str, object] | dict[str, str]) -> None:
    width = max(map(len, pairs))
    for name, value in pairs.items():
        click.echo(f"{name:<{width}}  {value}")
