"""``maintain``: the background pass over profiles and digests, now."""

import uuid
from collections import Counter
from datetime import timedelta

import click

from enrichment.adapters.clock import SystemClock
from enrichment.adapters.postgres.maintenance import USERS, PostgresMaintenance
from enrichment.app import open_servers
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.options import retention
from enrichment.settings import Settings


@click.command()
@json_option
@pass_invocation
def maintain(invocation: Invocation, *, as_json: bool) -> int:
    """Bring profiles, insights and digests up to date, fold old summaries into their months, drop old calls.

    The daemon does the same by itself, a slice a minute; where `run --once` is called now and then, so should this be.
    No model is called.

    \b
    Examples:
      enrichment maintain
      enrichment maintain --json
    """

    async def work(settings: Settings) -> int:
        total: Counter[str] = Counter()
        async with open_servers(settings) as servers:
            keeper = PostgresMaintenance(servers.database, retention(settings), owner=uuid.uuid4())
            while (done := await keeper.next_slice(SystemClock().now(), timedelta(0))) is not None:
                total += done
                if done["users"] < USERS:
                    break
        if as_json:
            print_json(dict(total))
        else:
            did = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in total.items() if count)
            console().print(did or "nothing was due")
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))
