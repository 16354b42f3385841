"""``reconcile``: compares the store with the ledger, point by point, and repairs what differs."""

import click
from rich.progress import Progress

from enrichment.app import App, open_app
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.cli.importing import progress
from enrichment.domain.upkeep import Findings
from enrichment.options import sweep_options
from enrichment.reconcile.leftovers import reopen_requeued, settle_leftovers
from enrichment.reconcile.sweep import SweepOptions, sweep

MEANINGS = {
    "done_without_ledger": "done in the store, unknown to the ledger",
    "changed": "with another text than was read",
    "flag_lost": "done in the ledger, not so in the store",
    "hidden": "hidden from the index, or wrongly found by it",
    "not_reopened": "to be read again, still called done",
}


@click.command(short_help="Compare Qdrant with the ledger, and mend what differs.")
@click.option("--repair", is_flag=True, help="Also send done messages that the ledger does not know back to pending.")
@click.option("--collection", metavar="NAME", help="Only this collection (its real name).")
@json_option
@pass_invocation
def reconcile(invocation: Invocation, *, repair: bool, collection: str | None, as_json: bool) -> int:
    """Compare every message in Qdrant with the ledger, and mend what differs.

    Flags that were lost, points that the index hides and edits that nobody announced are mended at once: no model is
    called here. Messages that are done without a ledger row (after a database was restored from a backup) are counted;
    with --repair they go back to pending, to be read, and paid for, again. The daemon does the same by itself, slowly,
    about once a day, without --repair.

    Exit codes: 0 nothing wrong, or all mended · 3 something is left that --repair would mend.

    \b
    Examples:
      enrichment reconcile
      enrichment reconcile --repair --collection chat --json
    """
    settings = invocation.settings()

    async def work() -> int:
        async with open_app(settings, trigger="reconcile") as app:
            settled, reopened = await settle_leftovers(app.ports), await reopen_requeued(app.ports.upkeep)
            found = await _swept(app, sweep_options(settings, repair=repair), collection)
        left = sum(one.left for one in found.values())
        if as_json:
            reports = {name: one.report() for name, one in found.items()}
            print_json({"settled": settled, "reopened": reopened, "left": left, "collections": reports})
        else:
            _print(found)
        return Exit.QUARANTINED if left else Exit.DONE

    return in_event_loop(work())


async def _swept(app: App, options: SweepOptions, only: str | None) -> dict[str, Findings]:
    names = [name for name in await app.ports.pending.collections() if only in (None, name)]
    if only is not None and not names:
        raise click.UsageError(f"--collection: there is no collection {only!r} among those that are served")
    found: dict[str, Findings] = {}
    with progress() as bar:
        for name in names:
            found[name] = await _swept_one(app, options, name, bar)
    return found


async def _swept_one(app: App, options: SweepOptions, name: str, bar: Progress) -> Findings:
    task = bar.add_task(name, total=await app.ports.upkeep.points.count(name))
    return await sweep(app.ports, name, options, lambda part: bar.advance(task, part.points))


def _print(found: dict[str, Findings]) -> None:
    out = console()
    for name, one in found.items():
        out.print(f"[bold]{name}[/]: {one.points} points, {one.gone} deleted since, {one.retracted} of them retracted")
        for kind, count in sorted(one.found.items()):
            out.print(f"  {count} {MEANINGS[kind]}: {one.repaired[kind]} mended")
    if any(one.left for one in found.values()):
        out.print("`enrichment reconcile --repair` sends what is left back to pending, to be read again")
