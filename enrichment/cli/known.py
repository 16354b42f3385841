"""Prints what is remembered of a user, for people."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape

from enrichment.adapters.postgres.learnt import Learnt, LearntFact
from enrichment.cli.context import console

# How a fact's state is shown: colour and note.
_STATES = {
    "active": ("green", ""),
    "superseded": ("yellow", " (no longer)"),
    "flagged": ("red", " (flagged: kept, never served)"),
}


def print_known(
    known: Learnt, wishes: Mapping[str, datetime | None], rules: Sequence[str], kept: Mapping[str, int]
) -> None:
    """Print facts and summaries by bot, what the user asked for, and how many rows each table holds."""
    out = console()
    for bot in sorted({fact.bot_name for fact in known.facts} | {told.bot_name for told in known.summaries}):
        out.print(f"[bold]with {escape(bot or '(no bot)')}[/]")
        for fact in known.facts:
            if fact.bot_name == bot:
                _print_fact(out, fact)
        for told in known.summaries:
            if told.bot_name == bot:
                out.print(f"  {told.started_at:%Y-%m-%d} [bold]{escape(told.title)}[/]: {escape(told.text)}")
    for words in rules:
        out.print(f"[yellow]must not be remembered[/]: {escape(words)}")
    _print_wishes(out, wishes)
    out.print("kept: " + (", ".join(f"{rows} {name}" for name, rows in kept.items()) or "nothing"))


def _print_fact(out: Console, fact: LearntFact) -> None:
    colour, note = _STATES[fact.state]
    out.print(
        f"  [{colour}]•[/] {escape(fact.statement)}[{colour}]{note}[/] "
        f"[dim]{fact.category}, {fact.confidence:.0%}, since {fact.valid_from:%Y-%m-%d}, {fact.fact_id}[/]"
    )
    out.print(f"      [dim]“{escape(fact.quote or '')}”[/]")


def _print_wishes(out: Console, wishes: Mapping[str, datetime | None]) -> None:
    if since := wishes["opted_out_since"]:
        out.print(f"[yellow]has opted out[/] since {since:%Y-%m-%d %H:%M} UTC")
    if before := wishes["erased_before"]:
        out.print(f"[yellow]was erased[/]: nothing said until {before:%Y-%m-%d %H:%M} UTC is read")
