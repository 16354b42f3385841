"""Generated dialogues are the same each time, say what their gold says, and the gate's are seen by nothing else."""

import re
from itertools import chain

import pytest

from bench.dialogues import GATE, TUNING, Family, dialogues
from bench.dialogues.adversary import KINDS
from bench.dialogues.generate import texts
from bench.dialogues.reading import Reading
from bench.dialogues.times import meant
from tests.house.sources import sources

FAMILIES = pytest.mark.parametrize("family", [GATE, TUNING], ids=lambda family: family.name)
# Who may look at the gate's family: what draws from it, and the gates.
LOOKING = {
    "bench/dialogues/gate.py",
    "bench/dialogues/generate.py",
    "bench/dialogues/__init__.py",
    "bench/dialogues/__main__.py",
}
GATES = {"tests/bench/test_dialogues.py", "tests/digest/test_adversary.py", "tests/adapters/model/test_offline_gate.py"}


@FAMILIES
def test_the_same_seed_draws_the_same_dialogues(family: Family) -> None:
    assert dialogues(family, 20) == dialogues(family, 20)
    assert dialogues(family, 20) != dialogues(family, 20, seed=2)
    assert len({dialogue.name for dialogue in dialogues(family)}) == 200


@FAMILIES
def test_every_quote_was_said_by_the_speaker_and_every_time_stands_in_it(family: Family) -> None:
    told = [(dialogue, fact) for dialogue in dialogues(family) for fact in dialogue.facts]

    for dialogue, fact in told:
        said = dialogue.utterances[fact.turns[-1]]
        assert (said.author, fact.quote in said.text) == (fact.speaker, True)
        assert fact.time_words is None or fact.time_words in said.text
        assert (fact.time_words is None) == (fact.occurred is None)


@FAMILIES
def test_every_kind_of_telling_is_there(family: Family) -> None:
    drawn = dialogues(family)

    kinds = {fact.kind for dialogue in drawn for fact in dialogue.facts}
    assert kinds >= {"home", "relative", "negation", "third party", "plan", "correction", "assent"}
    trapped = {template.kind for template in family.traps}
    assert trapped >= {"hypothetical", "joke", "bot", "question", "quoted"}
    assert sum(fact.supersedes is not None for dialogue in drawn for fact in dialogue.facts) >= 100
    assert sum(len(dialogue.speakers) == 2 for dialogue in drawn) == 50


@FAMILIES
def test_all_words_for_times_have_a_meaning(family: Family) -> None:
    said = dialogues(family, 1)[0].utterances[0].said_at.date()
    holes = ("ahead", "past", "recent", "damals", "antes")

    assert all(start < end for start, end in (meant(words, said) for hole in holes for words in family.words[hole]))


def test_the_families_share_no_sentence_and_no_word() -> None:
    shared = set(texts(GATE)) & set(texts(TUNING))
    same = {hole: set(GATE.words[hole]) & set(TUNING.words[hole]) for hole in GATE.words}

    assert shared == set()
    assert {hole: words for hole, words in same.items() if words} == {"diet": {"vegan", "vegetarian"}}


def test_nobody_but_the_gates_looks_at_the_gates_family() -> None:
    code = list(chain.from_iterable(sources(folder) for folder in ("enrichment", "bench", "tests")))

    looking = {each.path for each in code if re.search(r"dialogues\.gate\b|\bGATE\b", each.text)}
    assert looking <= LOOKING | GATES


def test_no_sentence_of_the_gate_stands_in_the_program_or_in_a_test() -> None:
    code = [*sources("enrichment"), *(each for each in sources("tests") if each.path not in GATES)]
    plain = [text for text in texts(GATE) if "{" not in text and len(text.split()) > 3]

    assert [(each.path, text) for each in code for text in plain if text in each.text] == []


def test_a_perfect_answer_cites_the_lines_of_the_prompt() -> None:
    reading = Reading.of(dialogues(TUNING, 1)[0])

    told = [(reading.prompt.numbers[item["m"][-1]].text, item["q"]) for item in reading.perfect()]
    assert all(quote in text for text, quote in told)


def test_there_are_nine_kinds_of_bad_items() -> None:
    assert len(KINDS) == 9
