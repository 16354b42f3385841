"""Everything that can be set, asked or measured is in the docs, as the code has it."""

import tomllib
from pathlib import Path

import pytest

from docs.build import EXAMPLE, ROOT, pages
from enrichment.settings import Settings

PAGES = pages()


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_what_is_committed_is_what_the_code_says(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == PAGES[file], "run `python -m docs.build`"


def test_every_setting_says_what_it_is_for() -> None:
    lacking = [
        f"{section}.{name}"
        for section, field in Settings.model_fields.items()
        for name, each in getattr(field.annotation, "model_fields", {}).items()
        if not each.description
    ]

    assert lacking == []


def test_the_example_is_a_settings_file() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    shown = "\n".join(
        line.removeprefix("# ") if " = " in line and "…" not in line else line for line in text.splitlines()
    )

    assert set(tomllib.loads(shown)) <= set(Settings.model_fields)
    assert tomllib.loads(text) == {section: {} for section in tomllib.loads(text)}


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_every_page_can_be_reached_from_the_readme(page: Path) -> None:
    assert f"docs/{page.name}" in (ROOT / "README.md").read_text(encoding="utf-8")
