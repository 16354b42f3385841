"""The bench for quality counts what it says, on a conversation of our own, whoever answers."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.locomo.conversation import Conversation, Turn
from bench.model_server import FactResponder, GoldFact, ModelServer
from bench.quality.__main__ import measure
from bench.quality.answers import GoldAnswers, RecordedAnswers
from bench.quality.bm25 import Ranking
from bench.quality.figures import Asked, asked, dated, duplicates, wrong_speakers
from bench.quality.reading import Told, is_quoted, learn
from bench.quality.sample import Question, Sample, samples, turn_ids
from enrichment.adapters.model.openai_compatible import Endpoint, openai_compatible
from enrichment.domain.prompt import Prompt
from enrichment.domain.resolve_dates import resolve
from tests.bench.locomo_file import CONVERSATION, OBSERVATION, SAMPLE

SAID = datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
QUESTIONS = [
    {"question": "Where did Ada move?", "answer": "Lyon", "evidence": ["D2:1"], "category": 4},
    {"question": "What is Figaro, and who plays?", "answer": "a parrot", "evidence": ["D2:3; D10:1"], "category": 1},
    {"question": "What did Ben adopt?", "adversarial_answer": "a parrot", "evidence": ["D2:01"], "category": 5},
    {"question": "Who knows?", "answer": 7, "evidence": ["D", "D:99:1"], "category": 3},
]


class Saying:
    """Answers always the same, and keeps what it was asked."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.prompts: list[Prompt] = []

    async def answer(self, prompt: Prompt) -> str:
        self.prompts.append(prompt)
        return self.words


@pytest.fixture
def file(tmp_path: Path) -> Path:
    sample = {"sample_id": SAMPLE, "conversation": CONVERSATION, "observation": OBSERVATION, "qa": QUESTIONS}
    path = tmp_path / "locomo.json"
    path.write_text(json.dumps([sample]), encoding="utf-8")
    return path


@pytest.fixture
def sample(file: Path) -> Sample:
    return next(samples(file))


def told(statement: str, *cited: str, subject: str = "Ada", when: str | None = None) -> Told:
    occurred = resolve(when, SAID, UTC, language="en") if when else None
    return Told(statement=statement, subject=subject, cited=frozenset(cited), occurred=occurred)


def question(text: str, *evidence: str, category: str = "single-hop", answer: str | None = None) -> Question:
    return Question(text=text, category=category, evidence=evidence, answer=answer)


@pytest.mark.parametrize(
    ("evidence", "turns"),
    [
        (["D8:6; D9:17"], ("D8:6", "D9:17")),
        (["D9:1 D4:4 D4:6"], ("D9:1", "D4:4", "D4:6")),
        (["D:11:26", "D30:05"], ("D11:26", "D30:5")),
        (["D"], ()),
        ([], ()),
    ],
)
def test_evidence_is_found_in_every_form_it_is_written(evidence: list[str], turns: tuple[str, ...]) -> None:
    assert turn_ids(evidence) == turns


def test_a_question_whose_evidence_does_not_exist_is_not_asked_but_counted(sample: Sample) -> None:
    assert [each.evidence for each in sample.questions] == [("D2:1",), ("D2:3", "D10:1"), ("D2:1",)]
    assert sample.unresolved == 1
    assert sample.questions[2].answer is None


def test_rare_words_and_short_texts_rank_first_and_strangers_not_at_all() -> None:
    ranking = Ranking(["Ada plays the cello", "Ada plays", "Ada sings to the cat all day long", "Bob swims"])

    assert ranking.best("Who plays the cello?", 5) == [0, 1, 2]
    assert ranking.best("Ada", 2) == [1, 0]
    assert ranking.best("nobody", 5) == Ranking([]).best("nobody", 5) == []


def test_a_score_is_that_of_the_formula() -> None:
    ranking = Ranking(["cello cello tea", "tea"])

    # idf = ln(1 + 1.5/1.5); 2 times in 3 words, the mean being 2: 2*2.2 / (2 + 1.2*(0.25 + 0.75*1.5)).
    assert ranking._score(0, {"cello"}) == pytest.approx(0.693147 * 4.4 / 3.65, rel=1e-5)  # noqa: SLF001


def test_recall_is_the_share_of_the_evidence_that_the_first_facts_cite() -> None:
    facts = tuple(told(str(place), f"D1:{place}") for place in range(10))

    one = Asked(question("?", "D1:1", "D1:7"), facts, covered=True)

    assert (one.recall(5), one.recall(10)) == (0.5, 1.0)


def test_evidence_counts_as_covered_only_if_all_of_it_is_cited() -> None:
    facts = [told("Ada sings.", "D1:1"), told("Ada paints.", "D1:2")]

    found = asked([question("Who sings?", "D1:1", "D1:2"), question("Who swims?", "D1:1", "D1:3")], facts)

    assert [one.covered for one in found] == [True, False]
    assert [one.recall(5) for one in found] == [0.5, 0.0]


def test_only_a_fact_about_the_one_who_is_asked_about_misleads() -> None:
    trap = question("What did Ben adopt?", "D2:1", category="adversarial")

    assert Asked(trap, (told("Ben adopted a parrot.", "D2:1", subject="Ben"),), covered=True).misled
    assert not Asked(trap, (told("Ada adopted a parrot.", "D2:1"),), covered=True).misled
    assert not Asked(trap, (told("Ben sings.", "D2:2", subject="Ben"),), covered=True).misled


def test_a_fact_about_a_speaker_who_did_not_say_it_is_wrong_and_one_about_a_sister_is_not(sample: Sample) -> None:
    facts = [told("a", "D2:1"), told("b", "D2:2"), told("c", "D2:1", "D2:2"), told("d", "D2:2", subject="sister")]

    assert wrong_speakers(sample, facts) == 1


def test_nearly_equal_sentences_about_one_subject_are_duplicates() -> None:
    sung = "Ada sings old French songs loudly"
    other = told(sung, "D1:1", subject="Ben")

    assert duplicates([told(sung), told(f"{sung} again"), other, told("Ada sings")]) == 1


def test_a_date_is_that_of_the_fact_or_of_its_session_and_without_a_fact_there_is_none() -> None:
    turns = tuple(Turn(turn_id=f"D1:{place}", speaker="Ada", text="", said_at=SAID) for place in range(1, 4))
    when = [question("When did Ada sing?", f"D1:{p}", category="temporal", answer="7 May 2023") for p in (1, 2, 3)]
    today = question("When did Ada swim?", "D1:2", category="temporal", answer="8 May 2023")
    conversation = Conversation(sample_id="x", turns=turns, observations=(), unresolved=0)
    sample = Sample(conversation=conversation, questions=(*when, today), unresolved=0)

    judged = dated(sample, [told("Ada sang.", "D1:1", when="yesterday"), told("Ada swam.", "D1:2")])

    assert judged == [(True, False), (False, False), (False, False), (True, True)]


async def test_a_quote_counts_if_it_stands_in_a_cited_message(sample: Sample) -> None:
    listener = Saying("{}")
    await learn(sample.conversation, listener)
    numbers = listener.prompts[0].numbers

    assert is_quoted({"q": "adopted  a Parrot", "m": [1]}, numbers)
    assert not is_quoted({"q": "adopted a parrot", "m": [2]}, numbers)
    assert not any(is_quoted(item, numbers) for item in ("x", {"q": "", "m": [1]}, {"q": "a", "m": "1"}, {"q": "a"}))


async def test_the_gold_is_found_again_but_for_what_the_checks_refuse(sample: Sample) -> None:
    report = await measure([sample], lambda each: GoldAnswers(each.conversation))

    assert (report["facts"], report["refused"]) == (3, {"quote_unrelated": 1})
    assert (report["evidence_recall_at_5"], report["gold_evidence_covered"]) == (1.0, 1.0)
    assert report["evidence_recall_at_5_by_category"]["temporal"] is None
    assert (report["quote_validity"], report["wrong_speaker_share"]) == (1.0, 0.0)
    assert (report["calls_per_100"], report["date_accuracy"]) == (20.0, None)


async def test_what_a_model_answers_is_recorded_and_needs_no_model_again(sample: Sample, tmp_path: Path) -> None:
    lyon = GoldFact(messages=(sample.conversation.turns[0].text,), statement="Ada lives in Lyon.", predicate="lives_in",
                    object="Lyon", quote="I moved to Lyon")  # fmt: skip
    with ModelServer(FactResponder([lyon])) as server:
        async with openai_compatible(Endpoint(base_url=server.base_url, name="m")) as live:
            first = await measure([sample], lambda _: RecordedAnswers(tmp_path / "a", "m", live))

    again = await measure([sample], lambda _: RecordedAnswers(tmp_path / "a", "m"))

    assert first == again
    assert first["facts"] == 1
    with pytest.raises(LookupError, match="no answer of another"):
        await measure([sample], lambda _: RecordedAnswers(tmp_path / "a", "another"))


async def test_an_answer_that_is_none_is_counted_and_teaches_nothing(sample: Sample) -> None:
    report = await measure([sample], lambda _: Saying("Sorry."))

    assert (report["answers_unusable"], report["facts"], report["quote_validity"]) == (1, 0, None)
