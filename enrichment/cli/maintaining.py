"""``maintain``: the background pass over profiles and digests, now."""

import uuid
from collections import Counter
from datetime import timedelta

import click

from enrichment.adapters.clock import SystemClock
from enrichment.adapters.meaning.keeper import VectorKeeper
from enrichment.adapters.postgres.maintenance import USERS, PostgresMaintenance
from enrichment.app import open_servers, open_vector_keeper
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.errors import ConfigurationError
from enrichment.options import retention
from enrichment.settings import Settings


@click.command(short_help="Bring profiles, insights and digests up to date.")
@click.option("--rebuild-vectors", is_flag=True, help="Make the collection for recall by meaning anew, all of it.")
@json_option
@pass_invocation
def maintain(invocation: Invocation, *, rebuild_vectors: bool, as_json: bool) -> int:
    """Bring profiles, insights and digests up to date, fold old summaries into their months, drop old calls.

    With ENRICHMENT_EMBEDDING__MEMORY, make the vectors that are missing too.

    The daemon does the same by itself, a slice a minute; where `run --once` is called now and then, so should this be.
    No language model is called.

    \b
    Examples:
      enrichment maintain
      enrichment maintain --json
      enrichment maintain --rebuild-vectors
    """

    async def work(settings: Settings) -> int:
        total: Counter[str] = Counter()
        async with open_servers(settings) as servers:
            keeper = PostgresMaintenance(servers.database, retention(settings), owner=uuid.uuid4())
            while (done := await keeper.next_slice(SystemClock().now(), timedelta(0))) is not None:
                total += done
                if done["users"] < USERS:
                    break
            async with open_vector_keeper(settings, servers) as vectors:
                if vectors is not None:
                    total += await _vectors(vectors, rebuild=rebuild_vectors)
                elif rebuild_vectors:
                    raise ConfigurationError("--rebuild-vectors: nobody wants any; see ENRICHMENT_EMBEDDING__MEMORY")
        if as_json:
            print_json(dict(total))
        else:
            did = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in total.items() if count)
            console().print(did or "nothing was due")
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


async def _vectors(keeper: VectorKeeper, *, rebuild: bool) -> Counter[str]:
    """Make slices until nothing is due, or the day's budget is used up."""
    if rebuild:
        await keeper.rebuild()
    total: Counter[str] = Counter()
    while (done := await keeper.next_slice(timedelta(0))) is not None:
        total += Counter({f"vectors_{name}": count for name, count in done.counts.items() if name != "users"})
        if not done.is_more:
            break
    return total
