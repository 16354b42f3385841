"""What every command gets: the settings, and whether to speak JSON."""

import asyncio
import json
import logging
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click
import structlog
from rich.console import Console

from enrichment.cli.outputs import Lines
from enrichment.configuration import load_settings
from enrichment.settings import Settings


@dataclass(slots=True)
class Invocation:
    """One call of the program; the settings are read when a command first asks for them."""

    config: Path | None = None
    overrides: dict[str, Any] = field(default_factory=dict)

    def settings(self, **more: Mapping[str, Any]) -> Settings:
        """Return the settings, with ``more`` (section → values) from the command's own options on top."""
        settings = load_settings(self.config, {**self.overrides, **more})
        configure_logging(settings.log_format, settings.log_level)
        return settings


T = TypeVar("T")

pass_invocation = click.make_pass_decorator(Invocation)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")


def console(*, stderr: bool = False) -> Console:
    """Return a console for people: plain where it is not a terminal."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def print_json(data: object) -> None:
    """Print data on stdout; times and decimals as text."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def in_event_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine."""
    return asyncio.run(work)


def configure_logging(log_format: str, level: str) -> None:
    """Log to stderr: one JSON line per event, or coloured text on a terminal."""
    as_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        # Looked up at each event: whoever runs a command inside another program may have replaced it since.
        logger_factory=lambda *_: Lines(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
