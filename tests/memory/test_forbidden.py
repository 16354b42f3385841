"""What a user does not want to be remembered is taken out of an answer, in any script and whatever its words' order."""

import uuid

import pytest

from enrichment.domain.digest import Digest, Refusal, Signal, WindowDigest
from enrichment.domain.feedback import Forbidden, claim_hash, is_rule
from enrichment.memory.claims import extracted_key
from enrichment.memory.forbidden import permitted
from tests.memory.book import a_fact, a_message

BERLIN, BEES = (a_fact(thing, a_message(thing, 1)) for thing in ("Berlin", "bees and hens"))
WINDOW = WindowDigest(session_id=uuid.UUID(int=1), title="Pets", summary="The user has bees, and hens too.")
SIGNAL = Signal(kind="interest", name="bees", value="hens", evidence=())


def test_facts_summaries_and_signals_that_a_rule_names_go_and_are_counted() -> None:
    digest = Digest(facts=(BERLIN, BEES), windows=(WINDOW,), signals=(SIGNAL,))

    left = permitted("u1", digest, Forbidden(words=("Hens, BEES!",)))

    assert (left.facts, left.windows, left.signals) == ((BERLIN,), (), ())
    assert [(one.reason, one.item) for one in left.refused] == [(Refusal.FORBIDDEN, None)] * 3


def test_a_forgotten_fact_is_known_again_by_its_claim_and_of_its_user_alone() -> None:
    rule = Forbidden(claims=frozenset({claim_hash("u1", *extracted_key(BEES))}))

    assert permitted("u1", Digest(facts=(BERLIN, BEES)), rule).facts == (BERLIN,)
    assert permitted("u2", Digest(facts=(BERLIN, BEES)), rule).facts == (BERLIN, BEES)


def test_without_rules_nothing_changes() -> None:
    digest = Digest(facts=(BERLIN,))

    assert permitted("u1", digest, Forbidden()) is digest


@pytest.mark.parametrize(
    ("rule", "text", "named"),
    [
        ("my divorce", "Divorce: my third!", True),
        ("divorce", "The divorcee came.", False),
        ("ДЕВЯТЬ кошек", "у него девять кошек", True),
        ("离婚", "她去年离婚了", True),
        ("café", "CAFE\u0301 on the corner", True),
        ("two words", "one of the words", False),
    ],
)
def test_a_rule_names_a_text_that_has_all_of_its_words(rule: str, text: str, *, named: bool) -> None:
    assert Forbidden(words=(rule,)).names(text) is named


def test_a_rule_has_a_word_in_it() -> None:
    assert is_rule("x")
    assert not is_rule(" … !")
