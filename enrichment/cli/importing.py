"""``import``: brings messages from a file into Qdrant, as pending."""

from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from enrichment.app import open_importer
from enrichment.cli.context import Invocation, console, in_event_loop, json_option, pass_invocation, print_json

COUNTS = ("lines", "imported", "existing", "repeated", "bad_lines")


@click.command("import", short_help="Import chat messages from a JSONL file, as pending.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE.jsonl")
@click.option("--collection", "-c", required=True, metavar="NAME", help="Collection to write to; made if missing.")
@click.option("--skip-bad", is_flag=True, help="Import the good lines even if there are bad ones.")
@json_option
@pass_invocation
def import_file(invocation: Invocation, *, file: Path, collection: str, skip_bad: bool, as_json: bool) -> int:
    """Import chat messages from a JSONL file, one message a line, as pending.

    Each line is an object with the fields of the payload contract: user_id, content, role, timestamp and, where there
    are any, bot_name, author, channel_id, conversation_id, message_id, vector. The whole file is checked first; bad
    lines are named with their numbers. Importing a file twice adds nothing. Vectors come from the file, from the
    configured /embeddings server, or from hashed words.

    \b
    Examples:
      enrichment import chat.jsonl --collection chat
      enrichment import export.jsonl -c support --skip-bad --json
    """
    settings = invocation.settings()

    async def work() -> int:
        async with open_importer(settings) as importer:
            with progress() as bar:
                task = bar.add_task("importing", total=None)
                report = await importer(
                    file,
                    collection,
                    skip_bad=skip_bad,
                    on_progress=lambda done, total: bar.update(task, completed=done, total=total),
                )
        if as_json:
            print_json(
                {name: getattr(report, name) for name in ("lines", "imported", "existing", "repeated", "bad_lines")}
            )
            return 0
        out = console(stderr=True)
        for bad in report.bad:
            out.print(str(bad), markup=False)
        out.print(
            f"{report.imported} messages imported as pending, {report.existing} were there before, "
            f"{report.repeated} repeated in the file, {report.bad_lines} bad lines left out"
        )
        return 0

    return in_event_loop(work())


def progress() -> Progress:
    """Return a bar on stderr, shown on a terminal only."""
    shown = console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=shown,
        disable=not shown.is_terminal,
        transient=True,
    )
