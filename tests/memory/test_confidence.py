from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.facts import Certainty, Evidence
from enrichment.domain.feedback import Verdict
from enrichment.domain.messages import Role
from enrichment.memory.confidence import HIGHEST, after_feedback, confidence, weight
from tests.memory.book import a_message


def evidence(certainty: Certainty, role: Role = Role.USER) -> Evidence:
    return Evidence.from_message(a_message("m", 0, role=role), "m", certainty)


supports = st.lists(
    st.builds(
        weight,
        st.builds(evidence, st.sampled_from(Certainty), st.sampled_from(Role)),
        st.lists(st.sampled_from(["pronoun", "assent"]), max_size=5),
    ),
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
    assert weight(evidence(Certainty.SURE), doubts=["pronoun"]) < sure
    assert weight(evidence(Certainty.SURE, Role.BOT)) < unsure


verdicts = st.lists(st.sampled_from(Verdict), max_size=6)


@given(st.floats(0, 1), st.floats(0, 1), verdicts)
def test_feedback_keeps_the_order_of_two_facts_and_stays_a_probability(
    one: float, other: float, said: list[Verdict]
) -> None:
    low, high = sorted((one, other))
    for verdict in said:
        low, high = after_feedback(low, verdict), after_feedback(high, verdict)

    assert 0 <= low <= high <= 1


@given(st.floats(0, 1))
def test_praise_never_lowers_and_blame_never_raises(before: float) -> None:
    assert after_feedback(before, Verdict.HELPFUL) >= before
    assert after_feedback(before, Verdict.INSIGHTFUL) >= after_feedback(before, Verdict.HELPFUL)
    assert after_feedback(before, Verdict.INCORRECT) <= before


@given(st.floats(0, HIGHEST))
def test_praises_count_the_same_in_any_order(before: float) -> None:
    there = after_feedback(after_feedback(before, Verdict.HELPFUL), Verdict.INSIGHTFUL)
    back = after_feedback(after_feedback(before, Verdict.INSIGHTFUL), Verdict.HELPFUL)

    assert abs(there - back) < 1e-9
