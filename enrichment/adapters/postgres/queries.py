"""Finds the SQL: one statement a file, in the wheel beside the code, in a checkout under ``sql/``."""

from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def folder() -> Path:
    """Return the folder that holds ``queries`` and ``migrations``."""
    package = Path(str(files("enrichment")))
    installed = package / "_sql"
    return installed if installed.is_dir() else package.parent / "sql"


@cache
def query(name: str) -> str:
    """Return the statement of ``queries/<name>.sql``, with its comment, which then shows in the server's log."""
    return (folder() / "queries" / f"{name}.sql").read_text(encoding="utf-8")
