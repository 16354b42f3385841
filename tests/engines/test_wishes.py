"""Engines neither speak of what a user dislikes nor keep words that must not be remembered, in any script."""

import pytest

from bench.engines.stream import day, said
from enrichment.domain.feedback import Forbidden
from enrichment.engines.frame import Topic
from enrichment.engines.suggestions import heard, suggested
from enrichment.engines.waiting import Arrived
from enrichment.engines.wishes import Wishes, is_about, telling_words, word_hash

FORGOTTEN = Wishes(
    forbidden=Forbidden(claims=frozenset(word_hash("user", word) for word in telling_words("the Divorce, 北京烤鸭")))
)
RULE = Wishes(forbidden=Forbidden(words=("my divorce", "离婚")))


@pytest.mark.parametrize(
    ("label", "is_disliked"),
    [
        ("Karaoke", True),
        ("the karaoke night", True),
        ("karaoke bars in Lisbon", True),
        ("night", True),
        ("singing", False),
        ("the", False),
    ],
)
def test_topics_that_name_what_is_disliked_are_not_suggested(label: str, *, is_disliked: bool) -> None:
    known = heard((), [Topic(label=label, said_at=day(0))])

    shown = suggested(known, day(9).timestamp(), ["the karaoke night", "karaoke"])

    assert (shown == []) is is_disliked


def test_minds_change() -> None:
    wishes = Wishes(disliked=("Tea", "karaoke"))

    heard = wishes.minding([("tea", False), ("rain", True), ("rain", False), ("Rain", True)])

    assert heard.disliked == ("karaoke", "Rain")


def test_an_object_of_no_telling_words_forbids_nothing() -> None:
    assert not is_about("the weather", ["it"])


@pytest.mark.parametrize(
    ("wishes", "text", "left"),
    [
        (FORGOTTEN, "The DIVORCE was hard, divorced people say.", "The  was hard, divorced people say."),
        (FORGOTTEN, "我们在北京烤鸭店吃饭", "我们在    店吃饭"),
        (FORGOTTEN, "Nothing of it.", "Nothing of it."),
        (RULE, "After my divorce I moved.", "After   I moved."),
        (RULE, "A divorce.", "A divorce."),
        (RULE, "我离婚了", "我 了"),
        (Wishes(), "The divorce.", "The divorce."),
    ],
)
def test_words_that_must_not_be_remembered_are_taken_out_of_messages(wishes: Wishes, text: str, left: str) -> None:
    came = Arrived(messages=(said("m", day(0), text),))

    [message] = wishes.permitted("user", came).messages

    assert message.text == left


def test_topics_that_name_them_are_left_out() -> None:
    topics = tuple(Topic(label=label, said_at=day(0)) for label in ("Dana's divorce", "the garden"))

    kept = FORGOTTEN.permitted("user", Arrived(topics=topics)).topics

    assert [topic.label for topic in kept] == ["the garden"]


def test_a_hash_is_one_users_own() -> None:
    assert FORGOTTEN.permitted("another", Arrived(messages=(said("m", day(0), "Divorce."),))).messages[0].text
    assert word_hash("user", "divorce") != word_hash("another", "divorce")
