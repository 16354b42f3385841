"""The labelled pairs are many, disjoint and honest, and the figures keep their bounds."""

from bench.merge.__main__ import holds, judged, report
from bench.merge.pairs import pairs, read


def test_there_are_enough_pairs_and_no_pair_is_labelled_twice() -> None:
    found = pairs("test")

    assert sum(not pair.same for pair in found) >= 1_000
    assert sum(pair.same for pair in found) >= 400
    assert len({frozenset((pair.predicate, pair.one, pair.other)) for pair in found}) == len(found)
    assert len({(pair.predicate, pair.one, pair.other, pair.same) for pair in found}) == len(found)


def test_no_template_and_no_pair_of_the_test_split_is_in_the_other() -> None:
    train, test = ({frozenset((pair.one, pair.other)) for pair in pairs(split)} for split in ("train", "test"))
    words = [
        {word for lists in read(split)[1].values() for name, each in lists.items() for word in each if name not in "nm"}
        for split in ("train", "test")
    ]

    assert train & test == set()
    assert words[0] & words[1] == set()


def test_every_language_has_pairs_of_both_kinds() -> None:
    found = {(pair.language, pair.same) for pair in pairs("test")}

    assert found == {(lang, same) for lang in ("en", "de", "es", "ru", "zh", "ar", "emoji") for same in (True, False)}


def test_the_figures_keep_their_bounds() -> None:
    figures = report(judged(pairs("test")))

    assert holds(figures), figures
