"""Writes the reference pages from the code: `python -m docs.build`; `--check` only tells if they are up to date."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from docs.tables import migrated, tables_page
from enrichment.adapters.monitoring.catalogue import COUNTERS, GAUGES, HISTOGRAMS, PREFIX, Spec
from enrichment.cli.main import cli
from enrichment.settings import PREFIX as VARIABLE
from enrichment.settings import Settings

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
EXAMPLE = ROOT / "config" / "enrichment.example.toml"
TABLES = REFERENCE / "tables.md"
BY_MACHINE = "<!-- Written by `python -m docs.build`; change the code instead. -->"


def pages() -> dict[Path, str]:
    """Return every generated file with its text, but that of the tables, which takes a database."""
    return {
        REFERENCE / "settings.md": settings_page(),
        REFERENCE / "metrics.md": metrics_page(),
        REFERENCE / "commands.md": commands_page(),
        EXAMPLE: example(),
    }


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the sections of the settings by name; the empty name is that of what stands outside of any."""
    yield "", Settings
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield name, field.annotation


def fields(section: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Yield a section's own settings."""
    for name, field in section.model_fields.items():
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            yield name, field


def settings_page() -> str:
    """Return the table of all settings."""
    lines = [
        "# Settings",
        "",
        BY_MACHINE,
        "",
        "Each is an environment variable, or the same name in a TOML file (`--config FILE`,",
        "[an example](../../config/enrichment.example.toml)); the environment wins. A secret may stand in a file that",
        "`<VARIABLE>_FILE` names. An unknown name fails the start, and all mistakes are reported at once.",
        "`enrichment config` shows what is in force.",
    ]
    for name, section in sections():
        lines += ["", f"## {name or 'general'}", ""]
        lines += [(section.__doc__ or "").strip().splitlines()[0], ""] if name else []
        lines += ["| variable | default | bounds | what for |", "|---|---|---|---|"]
        prefix = VARIABLE + (f"{name.upper()}__" if name else "")
        lines += [
            f"| `{prefix}{field.upper()}` | {_default(info)} | {_bounds(info)} | {_cell(info.description or '')} |"
            for field, info in fields(section)
        ]
    return "\n".join(lines) + "\n"


def example() -> str:
    """Return a settings file in which everything is commented out, at its default."""
    lines = ["# Every setting at its default; `enrichment --config FILE run`. The environment wins over this file."]
    for name, section in sections():
        lines += ["", *([f"[{name}]"] if name else [])]
        for field, info in fields(section):
            lines += [f"# {info.description}", f"# {field} = {_toml(_plain(info))}"]
    return "\n".join(lines) + "\n"


def metrics_page() -> str:
    """Return the table of all metrics."""
    lines = [
        "# Metrics",
        "",
        BY_MACHINE,
        "",
        "Served at `/metrics` of the worker's web port. Where a label's values are listed, all its series exist from",
        "the start, at 0. Figures of all replicas come from the database, and each replica exports them: use `max`,",
        "not `sum`. No label ever holds a user, a text or an error's words. The usual `process_*` and `python_gc_*`",
        "are there too.",
    ]
    kinds: tuple[tuple[str, Mapping[Any, Spec]], ...] = (
        ("Counters", COUNTERS),
        ("Gauges", GAUGES),
        ("Histograms", HISTOGRAMS),
    )
    for title, specs in kinds:
        lines += ["", f"## {title}", "", "| metric | labels | what |", "|---|---|---|"]
        lines += [f"| `{PREFIX}{name}` | {_labels(spec)} | {spec.help} |" for name, spec in specs.items()]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Return the help of every command."""
    lines = ["# Commands", "", BY_MACHINE]
    for path, command in _commands(cli, "enrichment"):
        context = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
        lines += ["", f"## `{path}`", "", "```", command.get_help(context), "```"]
    return "\n".join(lines) + "\n"


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if below := command.get_command(context, name):
                yield from _commands(below, f"{path} {name}")


def _plain(info: FieldInfo) -> object:
    if info.default_factory is not None:
        # What depends on who runs it is not written down.
        return {} if "dict" in str(info.annotation) else None
    default = info.default
    return None if isinstance(default, SecretStr) else list(default) if isinstance(default, tuple) else default


def _default(info: FieldInfo) -> str:
    default = _plain(info)
    return "–" if default is None else f"`{json.dumps(default)}`"


def _toml(value: object) -> str:
    return "…" if value is None else json.dumps(value)


def _bounds(info: FieldInfo) -> str:
    found = [str(part) for part in info.metadata if re.search(r"\b(g[et]|l[et]|min_length)=", str(part))]
    said = re.findall(r"(ge|gt|le|lt|min_length)=([\d.]+)", " ".join(found))
    words = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "at least"}
    return ", ".join(f"{words[name]} {number}" for name, number in said) or "–"


def _labels(spec: Spec) -> str:
    said = [f"`{label}`: {', '.join(values)}" if values else f"`{label}`" for label, values in spec.labels.items()]
    return "; ".join(said) or "–"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """Write, or compare."""
    wanted = {**pages(), TABLES: tables_page(migrated(), BY_MACHINE)}
    stale = [file for file, text in wanted.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    if "--check" not in sys.argv:
        for file in stale:
            file.write_text(wanted[file], encoding="utf-8")
    names = ", ".join(str(file.relative_to(ROOT)) for file in stale) or "none"
    print(f"{'out of date' if '--check' in sys.argv else 'written'}: {names}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
