"""Whoever adds a page or a table is told at once where else it has to be named."""

import re

from tests.house.sources import ROOT

TABLE = re.compile(r"^create table (?:if not exists )?(\w+)", re.MULTILINE)
COMMENT = re.compile(r"^comment on table (\w+) is", re.MULTILINE)


def test_every_page_has_its_place_in_the_index() -> None:
    listed = (ROOT / "docs" / "index.md").read_text(encoding="utf-8").splitlines()

    assert [page.stem for page in (ROOT / "docs").glob("*.md") if page.stem not in {*listed, "index"}] == []


def test_every_table_has_a_comment_that_says_what_it_is_for() -> None:
    sql = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "sql" / "migrations").glob("*.sql"))

    uncommented = set(TABLE.findall(sql)) - set(COMMENT.findall(sql))

    assert uncommented == set(), "say `comment on table … is '…'` in the migration, and run `python -m docs.build`"
