"""Each statement is valid, says what it is for, and names all of its parameters."""

import re

import pytest

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import folder, query
from tests.house.sources import ROOT, sources

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


def test_a_checkout_finds_them_in_its_own_folder() -> None:
    assert folder() == ROOT / "sql"


def _parameters(text: str) -> set[str]:
    return set(re.findall(r"\$\d+", text))
