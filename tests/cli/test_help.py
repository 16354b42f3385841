"""Whoever asks for help on a narrow terminal reads whole sentences."""

import subprocess
import sys
from functools import reduce

import click
import pytest

from enrichment.cli.commands import COMMANDS
from enrichment.cli.main import cli


def below(above: click.Command, name: str) -> click.Command:
    assert isinstance(above, click.Group)
    found = above.get_command(click.Context(above), name)
    assert found is not None
    return found


@pytest.mark.parametrize("path", ["", "quarantine", "engines", "user", "explain", "facts"])
def test_the_list_of_commands_says_each_in_one_line_that_is_whole(path: str) -> None:
    top: click.Command = cli
    group = reduce(below, path.split(), top)
    assert isinstance(group, click.Group)

    listed = group.get_help(click.Context(group, info_name="enrichment", terminal_width=80))

    assert "..." not in listed.replace("[ARGS]...", "")
    assert [name for name in group.list_commands(click.Context(group)) if f"  {name} " not in listed] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    found = below(cli, name)

    assert (found.name, found.get_short_help_str(200)) == (name, COMMANDS[name].sentence)


def test_a_health_check_loads_no_client_of_a_store() -> None:
    check = "import sys, enrichment.cli.health; print({'qdrant_client', 'fastapi', 'asyncpg'} & sys.modules.keys())"

    said = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "set()"
