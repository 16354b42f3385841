"""The docs can be built, no link in them is broken, and what they name is there."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from enrichment.configuration import unknown_variables
from tests.house.sources import ROOT, sources

PAGES = sorted(path for path in (ROOT / "docs").glob("*.md") if path.stem != "index")
NAMED_TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
NAMED_SETTING = re.compile(r"\bENRICHMENT_[A-Z0-9]+(?:_[A-Z0-9]+)*__[A-Z0-9_]+[A-Z0-9]\b|\bENRICHMENT_DATA_DIR\b")


def test_the_site_can_be_built_and_no_link_is_broken(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]

    built = subprocess.run(
        [*command, "docs", str(tmp_path / "site")], cwd=ROOT, capture_output=True, text=True, check=False, timeout=55
    )

    assert built.returncode == 0, built.stderr
    assert (tmp_path / "site" / "index.html").exists()


def test_the_site_asks_nobody_elsewhere_for_anything(tmp_path: Path) -> None:
    loaded = re.compile(r"""<(?:script|img|link rel="stylesheet")[^>]*(?:src|href)=["']https?://""")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# One page\n")
    (tmp_path / "docs" / "conf.py").write_text((ROOT / "docs" / "conf.py").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(tmp_path / "docs"), str(tmp_path / "site")]

    subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=55)

    assert loaded.findall((tmp_path / "site" / "index.html").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_settings_and_tests_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    there = {source.path: _functions(source.tree) for source in sources("tests")}
    settings = dict.fromkeys(NAMED_SETTING.findall(text), "")

    assert unknown_variables(settings) == []
    assert [(path, name) for path, name in NAMED_TEST.findall(text) if name not in there.get(path, ())] == []


def _functions(tree: ast.Module) -> set[str]:
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
