"""``demo``: the main job from end to end on a small chat that ships with the program, on servers of its own."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from enrichment.adapters.embedding.hashed import HashedWords
from enrichment.adapters.postgres.engine_rows import EngineRow, engine_rows
from enrichment.adapters.postgres.learnt import Learnt, LearntFact, LearntSummary, learnt
from enrichment.app import App, assembled, importer, open_model, open_servers
from enrichment.cli.context import (
    Invocation,
    configure_logging,
    console,
    in_event_loop,
    json_option,
    pass_invocation,
    print_json,
)
from enrichment.cli.engine_rows import print_rows
from enrichment.cli.running import print_tally
from enrichment.domain.tally import Tally
from enrichment.engines.registry import ENGINES
from enrichment.loop import run_once
from enrichment.settings import Settings

COLLECTION = "demo_chat"
# How exactly a time is shown that was said no more exactly; all else is shown by its days.
FORMS = {
    "minute": "%Y-%m-%d %H:%M",
    "hour": "%Y-%m-%d %H:%M",
    "month": "%Y-%m",
    "season": "%Y-%m",
    "year": "%Y",
    "decade": "%Y",
}
POINTS = ("minute", "hour")
# How a fact's state is shown: colour and note.
STATES = {
    "active": ("green", ""),
    "superseded": ("yellow", "(no longer)"),
    "flagged": ("red", "(flagged: kept, never served)"),
}


@click.command(short_help="See a small chat being remembered, on embedded servers.")
@json_option
@pass_invocation
def demo(invocation: Invocation, *, as_json: bool) -> int:
    """Read a small chat on embedded servers and print what was learnt.

    Everything lies in a temporary folder that is removed at the end. A configured model is used; without one, offline
    rules stand in, good enough to see the way of a message, not to judge the quality of a model's reading.

    \b
    Examples:
      enrichment demo
      ENRICHMENT_MODEL__BASE_URL=http://localhost:11434/v1 ENRICHMENT_MODEL__NAME=llama3.1 enrichment demo
    """
    with tempfile.TemporaryDirectory(prefix="enrichment-demo-") as folder:
        # Started by root, Postgres runs as another user, who has to pass through here; what lies inside guards itself.
        Path(folder).chmod(0o711)
        settings = invocation.settings()
        # Whatever servers are configured: a demo never touches them.
        own = settings.model_copy(
            update={
                "data_dir": Path(folder) / "data",
                "qdrant": settings.qdrant.model_copy(update={"url": None, "collections": (COLLECTION,)}),
                "postgres": settings.postgres.model_copy(update={"dsn": None}),
                "log_level": "warning",
            }
        )
        configure_logging(own.log_format, own.log_level)
        return in_event_loop(_demo(own, as_json=as_json))


async def _demo(settings: Settings, *, as_json: bool) -> int:
    out = console()
    say = Console(stderr=True, highlight=False, quiet=as_json)
    say.print("[dim]starting an embedded Qdrant and Postgres …[/]")
    async with open_servers(settings) as servers, open_model(settings) as model:
        with as_file(files("enrichment.cli") / "demo_chat.jsonl") as chat:
            imported = await importer(settings, servers.qdrant, HashedWords())(chat, COLLECTION)
        say.print(f"[dim]{imported.imported} messages wait as pending points in Qdrant[/]")
        first = await _run(assembled(settings, servers, model, trigger="once"))
        known = [await learnt(servers.database, user_id) for user_id in sorted(imported.users)]
        rows = {one.user_id: await engine_rows(servers.database, ENGINES, one.user_id) for one in known}
        second = await _run(assembled(settings, servers, model, trigger="once"))
    if as_json:
        print_json(
            {
                "first": first.report(),
                "learnt": [asdict(one) for one in known],
                "engines": {who: [asdict(row) for row in of] for who, of in rows.items()},
                "second": second.report(),
            }
        )
        return 0
    for one in known:
        _print_user(out, one, rows[one.user_id])
    out.rule("the first run", align="left")
    print_tally(first)
    out.rule("a second run, nothing new", align="left")
    print_tally(second)
    out.print(f"\nread with: {model.name}")
    return 0


async def _run(app: App) -> Tally:
    cycle = app.cycle(asyncio.Event())
    async with app.recorded(cycle):
        return await run_once(cycle)


def _print_user(out: Console, one: Learnt, rows: Sequence[EngineRow]) -> None:
    out.print()
    out.rule(f"[bold]{one.user_id}[/]", align="left")
    for bot in sorted({fact.bot_name for fact in one.facts} | {summary.bot_name for summary in one.summaries}):
        out.print(f"[bold]with {bot}[/]")
        for fact in one.facts:
            if fact.bot_name == bot:
                _print_fact(out, fact)
        for summary in one.summaries:
            if summary.bot_name == bot:
                _print_summary(out, summary)
        print_rows(out, [row for row in rows if row.bot_name == bot])


def _print_fact(out: Console, fact: LearntFact) -> None:
    since = f"{fact.valid_from:%Y-%m-%d}"
    when = f"{since} to {fact.valid_until:%Y-%m-%d}" if fact.valid_until else f"since {since}"
    if fact.granularity is not None:
        when += f", dated {happening(fact.occurred_from, fact.occurred_until, fact.granularity)}"
    colour, note = STATES[fact.state]
    out.print(f"  [{colour}]•[/] {escape(fact.statement)} [{colour}]{note}[/] [dim]{fact.category}, {when}[/]")
    out.print(f"      [dim]“{escape(fact.quote or '')}”[/]")


def happening(start: datetime | None, end: datetime | None, granularity: str) -> str:
    """Return a half-open interval as people write it: no more exactly than it was said, "from …" where it goes on."""
    form = FORMS.get(granularity, "%Y-%m-%d")
    first = f"{start:{form}}" if start else ""
    last = f"{end - timedelta(seconds=1):{form}}" if end else ""
    if first and last:
        return first if first == last or granularity in POINTS else f"{first} to {last}"
    return f"from {first}" if first else f"until {last}" if last else "at some time"


def _print_summary(out: Console, summary: LearntSummary) -> None:
    out.print(f"  [blue]▪[/] {summary.started_at:%Y-%m-%d} [bold]{escape(summary.title)}[/]: {escape(summary.text)}")
