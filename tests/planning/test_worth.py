"""What is worth a call: anything that somebody may have told, and no courtesies."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.batches import Batch, Window, new_session_id
from enrichment.domain.messages import Message, Role
from enrichment.domain.small_talk import is_small_talk
from enrichment.planning.worth import is_worth_reading
from tests.planning.builders import KEY, USER, a_message, a_session

COURTESIES = [
    "Hi!",
    "Hey Ava, good morning :)",
    "thank you so much!!",
    "👍🎉",
    "…",
    "hahaha lol",
    "Guten Morgen",
    "Danke dir!",
    "¡Muchas gracias!",
    "Merci beaucoup",
    "Grazie mille",
    "Obrigado pela ajuda",
    "спасибо большое",
    "dziękuję bardzo",
    "ありがとうございます",
    "谢谢你",
    "감사합니다",
    "ok",
    "How are you?",
]
TOLD = [
    "I moved to Ghent",
    "42",
    "Spain",
    "https://a.example",
    "tomorrow",
    "My dog died :(",
    "Nein, Anna",
    "我住在柏林",
    "x",
]
ANSWERS = ["Yes", "no", "👍", "Sure!", "Ja, genau", "sí", "…"]


def a_batch(*messages: Message, context: tuple[Message, ...] = (), continued: bool = False) -> Batch:
    window = Window(
        session_id=new_session_id(USER, messages[0]),
        key=KEY,
        messages=messages,
        context=context,
        session=a_session(0, 1) if continued else None,
    )
    return Batch(user_id=USER, bot_name="Ava", scope="", windows=(window,))


def by_bot(text: str) -> Message:
    return a_message("bot", role=Role.BOT, text=text)


@pytest.mark.parametrize("text", COURTESIES)
def test_courtesies_alone_are_not_worth_a_call(text: str) -> None:
    assert not is_worth_reading(a_batch(a_message("a", text=text), by_bot("You are welcome! Where do you live?")))


@pytest.mark.parametrize("text", TOLD)
def test_whatever_else_is_said_is_worth_one(text: str) -> None:
    assert is_worth_reading(a_batch(by_bot("Hello!"), a_message("a", text=text)))


@pytest.mark.parametrize(("text", "asked"), list(product(ANSWERS, ["Do you have a cat?", "猫はいますか？"])))
def test_an_answer_to_a_question_is_worth_one_wherever_the_question_stands(text: str, asked: str) -> None:
    answer = a_message("a", text=text)

    assert is_worth_reading(a_batch(by_bot(asked), answer))
    assert is_worth_reading(a_batch(answer, context=(by_bot(asked),)))
    assert is_worth_reading(a_batch(answer, continued=True))
    assert not is_worth_reading(a_batch(by_bot("I see."), answer))


def test_thanks_answer_no_question() -> None:
    assert not is_worth_reading(a_batch(by_bot("Do you have a cat?"), a_message("a", text="Thanks, bye!")))


def test_another_person_may_have_asked() -> None:
    asked = a_message("q", text="Hi, how are you?", author="Jo")

    assert is_worth_reading(a_batch(asked, a_message("a", text="great", author="Mo")))
    assert not is_worth_reading(a_batch(asked, a_message("a", text="great", author="Jo")))


@given(
    st.sampled_from(COURTESIES), st.text(st.characters(categories=["L"], max_codepoint=0x24F), min_size=9, max_size=40)
)
def test_a_courtesy_with_any_longer_word_beside_it_is_no_small_talk(courtesy: str, word: str) -> None:
    assert not is_small_talk(f"{courtesy} {word}x{word}")


@given(st.lists(st.sampled_from([*COURTESIES, *TOLD, *ANSWERS]), min_size=1, max_size=5))
def test_a_batch_is_worth_reading_as_soon_as_one_of_its_messages_is(texts: list[str]) -> None:
    messages = tuple(a_message(str(number), number, text=text) for number, text in enumerate(texts))

    told = any(is_worth_reading(a_batch(message)) for message in messages)
    assert is_worth_reading(a_batch(*messages)) == told
