"""What messages show without a model: languages, and accounts that somebody calls their own."""

import pytest

from enrichment.digest.observed import account, with_observed, written_in
from enrichment.domain.digest import Digest, Signal
from tests.digest.chat import batch, by_bot, said


def accounts(*texts: str) -> list[tuple[str, str]]:
    signals = with_observed(batch(*map(said, texts)), Digest()).signals
    return [(signal.name, signal.value) for signal in signals if signal.kind == "identity"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("My telegram is @ada_l, write me", ("telegram:ada_l", "ada_l")),
        ("mein Telegram: @Ada.L", ("telegram:ada.l", "Ada.L")),
        ("I'm @ada on twitter", ("twitter:ada", "ada")),
        ("find me on my github https://github.com/ada-l", ("github:ada-l", "ada-l")),
        ("мой телеграм https://t.me/ada_l", ("telegram:ada_l", "ada_l")),
        ("my wallet is 0x" + "aB" * 20, ("wallet:0x" + "ab" * 20, "0x" + "aB" * 20)),
    ],
)
def test_an_account_of_ones_own_is_found(text: str, found: tuple[str, str]) -> None:
    assert accounts(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "follow @nasa on twitter",
        "her telegram is @eve",
        "see https://github.com/torvalds",
        "my twitter is broken",
        "my telegram is ada@example.com",
        "> my telegram is @ada\nthat is what she wrote",
        "my friend's twitter is @bob",
    ],
)
def test_an_account_of_somebody_elses_is_not(text: str) -> None:
    assert accounts(text) == []


def test_what_the_bot_says_is_nobodys_account() -> None:
    signals = with_observed(batch(by_bot("My telegram is @luna"), said("Good to know, thanks!")), Digest()).signals

    assert [signal.name for signal in signals if signal.kind == "identity"] == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I was at the harbour and it was very cold there", "en"),
        ("Ich habe gestern nicht mit dem Hund gespielt, weil es so kalt war", "de"),
        ("Вчера я был в гавани", "ru"),
        ("Вчора я був у гавані, її ще немає", "uk"),
        ("昨日は港にいました", "ja"),
        ("我昨天在港口", "zh"),
        ("كنت في الميناء أمس", "ar"),
        ("🌊🌊🌊", None),
        ("ok", None),
    ],
)
def test_a_language_is_told_by_its_script_or_its_grammar(text: str, language: str | None) -> None:
    assert written_in(text) == language


def test_each_author_has_a_language_with_a_message_as_evidence() -> None:
    german = said("Ich habe gestern nicht mit dem Hund gespielt")

    [signal] = with_observed(batch(german), Digest()).signals

    assert (signal.kind, signal.name, signal.evidence[0].identity) == ("language", "de", german.identity)


def test_the_models_signals_stay() -> None:
    hint = Signal(kind="trait", name="calm", value="", evidence=())

    assert with_observed(batch(said("ok")), Digest(signals=(hint,))).signals == (hint,)


def test_an_account_is_looked_up_however_it_is_written() -> None:
    assert account("Telegram", "@Ada") == account("telegram", "ada") == "telegram:ada"
