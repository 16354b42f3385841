"""Operators can extend the table of predicates, and are told what is wrong with their entries."""

from datetime import timedelta
from pathlib import Path

import pytest

from enrichment.adapters.predicates import predicate_table
from enrichment.errors import ConfigurationError
from enrichment.memory.built_in import BUILT_IN
from enrichment.memory.predicates import Kind, read

EXAMPLE = Path(__file__).parents[2] / "config" / "predicates.toml"


def test_the_built_in_table_has_no_mistake() -> None:
    found, mistakes = read(BUILT_IN)

    assert mistakes == []
    assert len(found) == len(BUILT_IN)


def test_the_example_extends_the_table_by_every_kind_of_predicate() -> None:
    table = predicate_table(EXAMPLE)

    assert table.canonical("roots for") == "favourite team"
    assert "favourite team" in table.single
    assert "graduated from" in table.events
    assert table.counterparts["has found"] == "is looking for"
    assert table.lasting["is looking for"] == timedelta(days=90)
    assert table.canonical("no longer likes") == "dislikes"


def test_an_entry_takes_the_place_of_the_built_in_one_of_its_name(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[predicate]]\nname = "partner"\nkind = "many"\n')

    assert "partner" not in predicate_table(own).single
    assert [one.kind for one in predicate_table(own).listed if one.name == "partner"] == [Kind.MANY]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("[[predicate]]", "needs a name"),
        ('[[predicate]]\nname = "x"\nkind = "one"', "kind is one of single, many, event"),
        ('[[predicate]]\nname = "x"\nfades = 3', "unknown fades; known are also, denied, kind, lasts_days, name"),
        ('[[predicate]]\nname = "x"\nalso = "y"', "also is a list of words"),
        ('[[predicate]]\nname = "x"\nkind = "single"\ndenied = ["y"]', "only what may have many objects can be denied"),
        ('[[predicate]]\nname = "x"\nlasts_days = 0', "lasts_days is a whole number from 1 to 36500"),
        ('[[predicate]]\nname = "x"\nalso = ["loves"]', "“loves” has a meaning already, as “likes”"),
        ('[[predicates]]\nname = "x"', "unknown predicates"),
        ("predicate = 3", "entries are"),
        ("[[", "is not TOML"),
    ],
)
def test_a_bad_entry_is_named_with_its_reason(tmp_path: Path, entry: str, why: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(entry)

    with pytest.raises(ConfigurationError) as refused:
        predicate_table(own)

    assert why in str(refused.value)


def test_all_mistakes_are_told_at_once_and_a_missing_file_is_one(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[[predicate]]\n[[predicate]]\nname = 'x'\nlasts_days = 'long'\n")

    with pytest.raises(ConfigurationError, match=r"predicate 1 .*\n.*predicate 2"):
        predicate_table(own)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        predicate_table(tmp_path / "none.toml")
