from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.facts import Certainty, Evidence
from enrichment.domain.messages import Role
from enrichment.memory.confidence import HIGHEST, confidence, weight
from tests.memory.book import a_message


def evidence(certainty: Certainty, role: Role = Role.USER) -> Evidence:
    return Evidence.from_message(a_message("m", 0, role=role), "m", certainty)


supports = st.lists(
    st.builds(weight, st.builds(evidence, st.sampled_from(Certainty), st.sampled_from(Role)), st.integers(0, 5)),
    max_size=20,
)


@given(supports, supports)
def test_more_evidence_never_lowers_confidence(before: list[float], more: list[float]) -> None:
    assert 0 <= confidence(before) <= confidence([*before, *more]) <= HIGHEST


@given(supports, supports)
def test_evidence_that_comes_later_counts_as_if_it_had_come_at_once(before: list[float], more: list[float]) -> None:
    assert abs(confidence(more, confidence(before)) - confidence([*before, *more])) < 0.01


def test_a_surer_speaker_weighs_more_and_a_doubt_or_a_bot_less() -> None:
    sure, likely, unsure = (weight(evidence(certainty)) for certainty in Certainty)

    assert sure > likely > unsure
    assert weight(evidence(Certainty.SURE), doubts=1) < sure
    assert weight(evidence(Certainty.SURE, Role.BOT)) < unsure
