"""Each statement is valid, says what it is for, and names all of its parameters."""

import re

import pytest

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import folder, query
from tests.house.sources import ROOT, sources

# Functions of the schema that neither a function nor a trigger nor a policy nor a view asks.
UNASKED = """
select p.proname
  from pg_proc p
 where p.pronamespace = current_schema()::regnamespace
   and not exists (select from pg_proc by where by.oid <> p.oid and by.prosrc ~ ('\\m' || p.proname || '\\M'))
   and not exists (select from pg_trigger t where t.tgfoid = p.oid)
   and not exists (select from pg_depend d where d.refobjid = p.oid and d.deptype = 'n')
 order by p.proname
"""
NAMES = sorted(path.stem for path in (folder() / "queries").glob("*.sql"))


async def test_the_server_understands_each(database: Database) -> None:
    async with database.connection() as connection:
        taken = {name: len((await connection.prepare(query(name))).get_parameters()) for name in NAMES}

    assert taken == {name: len(_parameters(query(name))) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_its_head_says_what_it_is_for_and_names_every_parameter(name: str) -> None:
    lines = query(name).splitlines()
    head = "\n".join(line for line in lines if line.startswith("--"))
    body = "\n".join(line for line in lines if not line.startswith("--"))

    assert lines[0].startswith("-- ")
    assert _parameters(body) == _parameters(head)


def test_none_is_left_over() -> None:
    code = "".join(source.text for source in sources("enrichment/adapters"))

    assert [name for name in NAMES if f'"{name}"' not in code] == []


async def test_no_function_is_left_over(database: Database) -> None:
    told_to_hosts = (ROOT / "docs" / "memory.md").read_text()
    asked = told_to_hosts + "".join(map(query, NAMES)) + "".join(source.text for source in sources("enrichment"))

    async with database.connection() as connection:
        unasked = [row["proname"] for row in await connection.fetch(UNASKED)]

    assert [name for name in unasked if name not in asked] == []


def test_a_checkout_finds_them_in_its_own_folder() -> None:
    assert folder() == ROOT / "sql"


def _parameters(text: str) -> set[str]:
    return set(re.findall(r"\$\d+", text))
