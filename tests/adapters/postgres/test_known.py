"""The few facts that a batch may touch are shown, the same ones each time."""

import uuid

from enrichment.adapters.postgres.known import FEW, Candidate, choose


def candidates(*facts: tuple[str, str]) -> list[Candidate]:
    """Build candidates from statements and predicates; their ids are their numbers."""
    return [Candidate(uuid.UUID(int=number), *fact) for number, fact in enumerate(facts)]


def chosen(known: list[Candidate], *texts: str, limit: int = 24) -> list[int]:
    """Return the numbers of the chosen facts."""
    return [fact_id.int for fact_id in choose(known, texts, limit)]


def test_facts_that_share_words_with_the_texts_are_chosen() -> None:
    known = candidates(("Ada likes green tea", "likes"), ("Ada plays the violin", "plays"))

    assert chosen(known, "my violin broke")[0] == 1


def test_what_can_have_one_value_only_comes_first_without_shared_words() -> None:
    known = candidates(("Ada plays the violin", "plays"), ("Ada lives in Rome", "lives in"))

    assert chosen(known, "we moved! the violin came along") == [1, 0]


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    known = candidates(*[(f"Ada likes colour{number}", "likes") for number in range(9)], ("Ada fears geese", "fears"))

    assert chosen(known, "Ada met geese", limit=1) == [9]


def test_scripts_without_spaces_share_words_too() -> None:
    known = candidates(("艾达喜欢绿茶", "likes"), ("艾达拉小提琴", "plays"))

    assert chosen(known, "我的小提琴坏了")[0] == 1


def test_inflected_words_and_emoji_are_shared_too() -> None:
    known = candidates(("Ада любит книги", "likes"), ("Ада играет на скрипке", "does"), ("Ada likes 👍🏽", "likes"))

    assert chosen(known, "моя скрипка сломалась")[0] == 1
    assert chosen(known, "👍🏻")[0] == 2


def test_a_few_of_the_most_recent_are_shown_though_no_word_is_shared() -> None:
    known = candidates(*[(f"Ada likes thing{number}", "likes") for number in range(20)], ("Ada sings", "does"))

    assert chosen(known, "singing all day") == [20, *range(FEW - 1)]


def test_ties_go_to_the_most_recent_and_the_number_is_bounded() -> None:
    known = candidates(*[("Ada likes tea", "likes")] * 5)

    assert chosen(known, "tea", limit=3) == [0, 1, 2]
