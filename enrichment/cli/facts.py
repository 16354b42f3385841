"""``feedback``, ``explain`` and ``facts``: what a user says of a fact, where it comes from, and what it is not."""

import uuid
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

import click
from rich.markup import escape
from rich.tree import Tree

from enrichment.adapters.clock import SystemClock
from enrichment.adapters.postgres.feedback import Heard, PostgresFeedback
from enrichment.adapters.postgres.merges import unmerge
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.provenance import Provenance, provenance
from enrichment.adapters.postgres.rights import find_facts
from enrichment.app import PIPELINE_VERSION, open_servers
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.domain.facts import Fact
from enrichment.domain.feedback import Feedback, Verdict
from enrichment.settings import Settings

fact_argument = click.argument("fact", metavar="FACT")
user_option = click.option("--user", "user_id", metavar="ID", help="Whose fact it is; without it, all are looked at.")


async def the_fact(database: Database, shortened: str, user_id: str | None) -> Fact:
    """Return the one fact whose id begins so; a usage error names what is wrong otherwise."""
    try:
        found = await find_facts(database, shortened, user_id)
    except ValueError:
        raise click.UsageError(f"{shortened!r} is no beginning of a fact's id") from None
    if len(found) != 1:
        raise click.UsageError(f"{'several facts' if found else 'no fact'} with an id that begins with {shortened}")
    return found[0]


class Said(TypedDict):
    """What the command line says of a fact."""

    fact: str
    verdict: str
    user_id: str | None
    comment: str | None
    correction: str | None


@click.command(short_help="Say of a fact that it is helpful, insightful or incorrect.")
@fact_argument
@click.argument("verdict", type=click.Choice([verdict.value for verdict in Verdict]))
@user_option
@click.option("--comment", metavar="TEXT", help="Kept beside it.")
@click.option("--correction", metavar="TEXT", help="What is so instead; becomes a fact. Only with incorrect.")
@json_option
@pass_invocation
def feedback(invocation: Invocation, *, as_json: bool, **said: Unpack[Said]) -> int:
    """Say of a fact that it is helpful or insightful, or incorrect: then it is retracted for good.

    FACT is the id that `user show` prints, or its beginning.

    \b
    Examples:
      enrichment feedback 3f2a helpful
      enrichment feedback 3f2a incorrect --correction "I live in Hamburg"
    """
    correction = said["correction"]
    if correction is not None and (said["verdict"] != Verdict.INCORRECT or not correction.strip()):
        raise click.UsageError("--correction: only with incorrect, and with words")

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            found = await the_fact(servers.database, said["fact"], said["user_id"])
            giving = PostgresFeedback(servers.database, pipeline_version=PIPELINE_VERSION)
            heard = await giving.give(_given(found, said))
        if heard is None:
            raise click.UsageError("the fact has gone meanwhile")
        _print_heard(heard, as_json=as_json)
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


def _given(fact: Fact, said: Said) -> Feedback:
    return Feedback(
        feedback_id=uuid.uuid4(),
        user_id=fact.user_id,
        fact_id=fact.fact_id,
        verdict=Verdict(said["verdict"]),
        given_at=SystemClock().now(),
        comment=said["comment"],
        correction=said["correction"],
    )


@click.group()
def explain() -> None:
    """Explain where something that is remembered comes from.

    \b
    Example:
      enrichment explain fact 3f2a
    """


@explain.command("fact", short_help="Show what a fact rests on and became, as a tree.")
@fact_argument
@user_option
@json_option
@pass_invocation
def explain_fact(invocation: Invocation, *, fact: str, user_id: str | None, as_json: bool) -> int:
    """Show a fact's messages, quotes, batches, model, supersessions, merges and feedback as a tree.

    \b
    Example:
      enrichment explain fact 3f2a --user 4711
    """

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            found = await provenance(servers.database, await the_fact(servers.database, fact, user_id))
        print_json(_report(found)) if as_json else console().print(_tree(found))
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


@click.group()
def facts() -> None:
    """Correct how facts were put together.

    \b
    Example:
      enrichment facts unmerge 3f2a
    """


@facts.command("unmerge", short_help="Take apart what was taken for one fact.")
@fact_argument
@user_option
@json_option
@pass_invocation
def facts_unmerge(invocation: Invocation, *, fact: str, user_id: str | None, as_json: bool) -> int:
    """Take apart what was taken for one fact: FACT is the wording that was merged into another.

    `explain fact` names the wordings of a fact. What came in these words goes back to them; they are not merged again.

    \b
    Example:
      enrichment facts unmerge 3f2a --user 4711
    """

    async def work(settings: Settings) -> int:
        async with open_servers(settings) as servers:
            wording = await the_fact(servers.database, fact, user_id)
            undone = await unmerge(servers.database, wording, pipeline_version=PIPELINE_VERSION)
        if undone is None:
            raise click.UsageError(f"{wording.fact_id} is merged into nothing")
        if as_json:
            print_json({"restored": _of(undone.restored), "parted_from": _of(undone.parted_from)})
        else:
            console().print(f"{_line(undone.restored)}: {undone.restored.state.value}, {undone.messages} messages")
            console().print(f"no longer {_line(undone.parted_from)}")
        return Exit.DONE

    return in_event_loop(work(invocation.settings()))


def _print_heard(heard: Heard, *, as_json: bool) -> None:
    if as_json:
        shown: dict[str, Any] = {"before": _of(heard.before), "after": _of(heard.after)}
        print_json(shown | {"correction": _of(heard.correction) if heard.correction else None})
        return
    out = console()
    out.print(f"{escape(heard.after.statement)}: {heard.before.confidence:.0%} → {heard.after.confidence:.0%}", end="")
    out.print(f", {heard.after.state.value}" if heard.after.state is not heard.before.state else "")
    if heard.correction:
        out.print(f"remembered instead: {escape(heard.correction.statement)} ({heard.correction.fact_id})")


def _of(fact: Fact) -> dict[str, object]:
    return {
        "fact_id": str(fact.fact_id),
        "user_id": fact.user_id,
        "bot_name": fact.bot_name,
        "statement": fact.statement,
        "claim": [fact.claim.subject, fact.claim.predicate, fact.claim.qualifier],
        "object": fact.object,
        "state": fact.state.value,
        "state_reason": fact.state_reason,
        "confidence": fact.confidence,
        "valid_from": fact.valid_from.isoformat(),
        "valid_until": fact.valid_until.isoformat() if fact.valid_until else None,
        "method": fact.method,
    }


def _report(found: Provenance) -> dict[str, Any]:
    return {
        "fact": _of(found.fact),
        "evidence": [_plain(row) for row in found.evidence],
        "feedback": [_plain(row) for row in found.feedback],
        "successor": _of(found.successor) if found.successor else None,
        "ended": [_of(one) for one in found.ended],
        "merges": [_plain(row) for row in found.merges],
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}


def _tree(found: Provenance) -> Tree:
    fact = found.fact
    reason = f" ({fact.state_reason})" if fact.state_reason else ""
    until = f" until {fact.valid_until:%Y-%m-%d}" if fact.valid_until else ""
    tree = Tree(f"[bold]{escape(fact.statement)}[/] [dim]{fact.fact_id}[/]")
    tree.add(f"{fact.state.value}{escape(reason)}, {fact.confidence:.0%} sure, {fact.category.value}")
    tree.add(f"claim: {escape(f'{fact.claim.subject} · {fact.claim.predicate} · {fact.object}')}")
    tree.add(f"holds from {fact.valid_from:%Y-%m-%d}{until}; of {escape(fact.user_id)} with {escape(fact.bot_name)}")
    rests = tree.add(f"rests on {sum(row['withdrawn_at'] is None for row in found.evidence)} messages")
    for row in found.evidence:
        _add_evidence(rests, row)
    if found.successor:
        how = "merged into" if fact.state_reason == "merged" else "superseded by"
        tree.add(f"{how} {_line(found.successor)}")
    for one in found.ended:
        tree.add(f"{'took in' if one.state_reason == 'merged' else 'superseded'} {_line(one)}")
    for row in found.merges:
        _add_merge(tree, row, fact)
    for row in found.feedback:
        said = " · ".join(filter(None, (row["verdict"], row["comment"], row["correction"])))
        tree.add(f"feedback of {row['given_at']:%Y-%m-%d %H:%M} UTC: {escape(said)}")
    return tree


def _add_evidence(rests: Tree, row: Mapping[str, Any]) -> None:
    author = f" by {row['author']}" if row["author"] else ""
    one = rests.add(f"“{escape(row['quote'])}”")
    one.add(escape(f"{row['collection']}/{row['point_id']}, {row['role']}{author}, {row['certainty']}"))
    one.add(f"said {row['said_at']:%Y-%m-%d %H:%M} UTC")
    if row["prompt_hash"]:
        batch = one.add(f"batch {row['batch_id']}")
        batch.add(escape(f"prompt {row['prompt_hash'].hex()[:16]}, read by {row['model']}"))
    if row["withdrawn_at"]:
        one.add(
            f"[yellow]withdrawn[/] {row['withdrawn_at']:%Y-%m-%d %H:%M} UTC: {escape(row['withdrawn_reason'] or '')}"
        )


def _add_merge(tree: Tree, row: Mapping[str, Any], fact: Fact) -> None:
    what = "these words are another's" if row["from_fact"] == fact.fact_id else f"“{escape(row['statement'])}” is this"
    undone = f", [yellow]undone[/] {row['undone_at']:%Y-%m-%d %H:%M} UTC" if row["undone_at"] else ""
    why = f"{row['reason']}, {row['score']:.0%} of the words, by {row['decided_by']}"
    tree.add(f"merged: {what} [dim]{row['from_fact']}[/], {escape(why)}{undone}")


def _line(fact: Fact) -> str:
    return f"{escape(fact.statement)} [dim]{fact.fact_id}[/]"
