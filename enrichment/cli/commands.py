"""The list of commands, in the order in which a newcomer meets them; each is loaded when it is called.

Loading all that the program can do takes two seconds, and a container's health check comes twice a minute.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click


class Listed(NamedTuple):
    """A command: the module and the name under which it is found, and what the list says of it."""

    module: str
    attribute: str
    sentence: str


COMMANDS: Mapping[str, Listed] = {
    "demo": Listed("demo", "demo", "See a small chat being remembered, on embedded servers."),
    "run": Listed("running", "run_command", "Enrich pending messages: as a daemon, or once."),
    "import": Listed("importing", "import_file", "Import chat messages from a JSONL file, as pending."),
    "status": Listed("inspection", "status", "Show what waits, who works, and what was spent today."),
    "health": Listed("health", "health", "Tell by the exit code whether all that is needed answers."),
    "doctor": Listed("inspection", "doctor", "Check the set-up, and say what to do where it is wrong."),
    "migrate": Listed("setup", "migrate", "Bring the database's schema up to date."),
    "config": Listed("setup", "config", "Show the settings in force, secrets as asterisks."),
    "pause": Listed("operating", "pause", "Let all workers take nothing new, until `resume`."),
    "resume": Listed("operating", "resume", "End a pause: workers go on within seconds."),
    "quarantine": Listed("quarantine", "quarantine", "Look at messages that no model could read; retry or drop."),
    "reenrich": Listed("operating", "reenrich", "Have messages read again, all that is older or some."),
    "reconcile": Listed("reconciling", "reconcile", "Compare Qdrant with the ledger, and mend what differs."),
    "engines": Listed("engines", "engines", "Look at what the engines found, or make it anew."),
    "maintain": Listed("maintaining", "maintain", "Bring profiles, insights and digests up to date."),
    "user": Listed("user", "user", "See, take along, erase or correct what is known of a user."),
    "feedback": Listed("facts", "feedback", "Say of a fact that it is helpful, insightful or incorrect."),
    "insights": Listed("insights", "insights", "Say what is so of what has been concluded about a user."),
    "explain": Listed("facts", "explain", "Explain where something that is remembered comes from."),
    "facts": Listed("facts", "facts", "Correct how facts were put together."),
}


def loaded(module: str, attribute: str) -> Any:  # noqa: ANN401 - whatever is found there
    """Return what a module of this package defines, without which the rest can start."""
    return getattr(import_module(f"enrichment.cli.{module}"), attribute)


def command(name: str) -> click.Command | None:
    """Return a command by its name; None if there is none."""
    listed = COMMANDS.get(name)
    found: click.Command | None = listed and loaded(listed.module, listed.attribute)
    return found
