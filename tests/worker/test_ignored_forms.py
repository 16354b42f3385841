"""A server that takes a demanded form and ignores it: the form is given up, and no message is blamed for it."""

import pytest

from bench.model_server import Saying
from bench.model_server.scripted import Decide
from enrichment.settings import BatchSettings
from tests.worker.stage import Stage

NOTE = Saying('{"note": "They keep bees, it seems."}')
SAID = ("I keep bees.", "I keep hens.", "I keep cats.", "I keep dogs.")


@pytest.fixture
def narrow_stage(stage: Stage) -> Stage:
    """One message in each call, one call after the other."""
    stage.settings = stage.settings.model_copy(update={"batch": BatchSettings(max_messages=1)})
    return stage


def ignoring(*formats: str) -> Decide:
    """Answer in a form of its own, whatever is asked for in one of these."""
    return lambda request: NOTE if request.format in formats else None


def formats(stage: Stage) -> list[str]:
    return [request.format for request in stage.model.requests]


async def test_a_form_that_is_ignored_is_given_up_for_good_and_blames_nobody(narrow_stage: Stage) -> None:
    narrow_stage.model.decide = ignoring("json_schema")
    await narrow_stage.say(*SAID)

    tally = await narrow_stage.run()

    assert (tally.completed, tally.quarantined) == (4, 0)
    assert formats(narrow_stage)[:3] == ["json_schema", "json_schema", "json_object"]
    assert formats(narrow_stage).count("json_schema") == 2


async def test_a_server_that_ignores_both_forms_is_asked_in_words(narrow_stage: Stage) -> None:
    narrow_stage.model.decide = ignoring("json_schema", "json_object")
    await narrow_stage.say(*SAID)

    tally = await narrow_stage.run()

    assert (tally.completed, tally.quarantined) == (4, 0)
    assert (formats(narrow_stage).count("json_object"), formats(narrow_stage)[-1]) == (1, "text")


async def test_what_is_out_of_form_in_every_form_costs_two_more_calls_and_no_more(narrow_stage: Stage) -> None:
    narrow_stage.model.decide = lambda _: NOTE
    await narrow_stage.say(*SAID)

    tally = await narrow_stage.run()

    # An answer and its repair for each of the four, and for one of them the two other forms.
    assert (tally.quarantined, len(formats(narrow_stage))) == (4, 2 * 4 + 2)
    assert formats(narrow_stage)[-1] == "json_schema"
    assert await narrow_stage.rows("select count(*) from model_calls where failure = 'form'") == [(2,)]


async def test_a_server_that_has_kept_to_a_form_is_not_doubted_for_one_message(narrow_stage: Stage) -> None:
    narrow_stage.model.decide = lambda request: NOTE if "I keep cats" in request.text else None
    await narrow_stage.say(*SAID)

    tally = await narrow_stage.run()

    assert (tally.completed, tally.quarantined) == (3, 1)
    assert set(formats(narrow_stage)) == {"json_schema"}
