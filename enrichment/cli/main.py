"""The command's top: global options, the list of commands, and exit codes for whatever goes wrong."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from enrichment import __version__
from enrichment.cli.bugs import say_where
from enrichment.cli.commands import COMMANDS, command
from enrichment.cli.context import Invocation
from enrichment.cli.exits import Exit, exit_for
from enrichment.cli.outputs import is_unwritable, let_go
from enrichment.errors import EnrichmentError

EPILOG = """\b
Examples:
  enrichment demo                          see it work, nothing to set up
  enrichment run                           the daemon
  enrichment --once                        drain what is pending now, and exit
  enrichment run --once --dry-run          what that would call and cost
  enrichment import chat.jsonl -c chat     bring messages in
  enrichment doctor                        is everything set up as it should be?
"""


class Lazy(click.Group):
    """Loads a command when it is called, lists them without, and knows what `--once` alone means."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names unsorted."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return a command, loaded; None if there is none of this name."""
        return command(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the list."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, listed.sentence) for name, listed in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the one-shot flag without a command, the trigger that people type by hand, as `run --once`."""
        if "--once" in args and not COMMANDS.keys() & set(args):
            args = [*args]
            args.insert(args.index("--once"), "run")
        return super().parse_args(ctx, args)


@click.group(
    cls=Lazy,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
@click.version_option(__version__, prog_name="enrichment")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Settings in TOML; the environment wins.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the embedded servers.",
)
@click.pass_context
def cli(context: click.Context, config: Path | None, data_dir: Path | None) -> None:
    """Give chat agents a memory: read pending messages once, remember them with evidence, lose nothing.

    Without settings, an embedded Qdrant and Postgres and an offline model are used. `enrichment config` shows what is
    in force.
    """
    context.obj = Invocation(config, {"data_dir": data_dir} if data_dir else {})


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; messages go to stderr."""
    try:
        result = cli.main(list(arguments), prog_name="enrichment", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return Exit.USAGE
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except click.exceptions.Abort:
        return 130
    except EnrichmentError as error:
        click.echo(f"enrichment: {error}", err=True)
        return exit_for(error)
    except OSError as error:
        if not is_unwritable(error):
            raise
        click.echo(f"enrichment: nothing can be written: {error.strerror}", err=True)
        return Exit.UNAVAILABLE
    return result if isinstance(result, int) else Exit.DONE


def main() -> None:
    """Run the process's command line."""
    sys.excepthook = say_where
    code = run(sys.argv[1:])
    let_go()
    sys.exit(code)
