"""Reads the table of predicates that an operator has written, beside the one that the program knows."""

import tomllib
from pathlib import Path

from enrichment.errors import ConfigurationError
from enrichment.memory.predicates import Predicates, built_in, read


def predicate_table(path: Path | None) -> Predicates:
    """Return the built-in table with the entries of a TOML file; raises ``ConfigurationError`` naming every mistake."""
    table = built_in()
    if path is None:
        return table
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: is not TOML ({error})") from None
    entries = written.pop("predicate", [])
    mistakes = [f"unknown {name}; entries are [[predicate]]" for name in written]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        mistakes.append("predicate: entries are [[predicate]]")
        entries = []
    found, wrong = read(entries, table.listed)
    if mistakes or wrong:
        raise ConfigurationError("\n".join(f"{path}: {mistake}" for mistake in (*mistakes, *wrong)))
    return table.extended(found)
