"""Whoever asks for help on a narrow terminal reads whole sentences."""

from functools import reduce

import click
import pytest

from enrichment.cli.main import cli


def below(above: click.Command, name: str) -> click.Command:
    assert isinstance(above, click.Group)
    return above.commands[name]


@pytest.mark.parametrize("path", ["", "quarantine", "engines", "user", "explain", "facts"])
def test_the_list_of_commands_says_each_in_one_line_that_is_whole(path: str) -> None:
    top: click.Command = cli
    group = reduce(below, path.split(), top)
    assert isinstance(group, click.Group)

    listed = group.get_help(click.Context(group, info_name="enrichment", terminal_width=80))

    assert "..." not in listed.replace("[ARGS]...", "")
    assert [name for name in group.commands if f"  {name} " not in listed] == []
