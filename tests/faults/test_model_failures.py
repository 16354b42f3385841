"""T18 to T23: whatever the model or its provider does, no message pays for it, save the one that is to blame."""

import json
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bench.model_server import (
    Behaviour,
    BrokenJson,
    ChatRequest,
    ContentFiltered,
    Cut,
    Dripping,
    Dropped,
    ErrorInside,
    Failing,
    Fenced,
    Hanging,
    NoChoices,
    NullContent,
    OtherModel,
    RateLimited,
    Refusing,
    Saying,
    Truncated,
)
from enrichment.domain.outcomes import Outcome
from tests.faults.background import wait_until
from tests.faults.canaries import asked, say
from tests.faults.chaos_proxy import Refusing as Unreachable
from tests.faults.conftest import SideBySide
from tests.faults.rig import Rig
from tests.patience import patiently

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

Futures = Mapping[str, "Future[None]"]


def soon() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


def invented(facts: int) -> Saying:
    """An answer in the right form whose facts rest on a line that is not there."""
    fact = {
        "m": [999],
        "q": "x",
        "s": "user owns a boat.",
        "who": "user",
        "p": "owns",
        "o": "boat",
        "cat": "possession",
    }
    rows = [{**fact, "op": None, "sure": "sure", "t": None}] * facts
    return Saying(json.dumps({"facts": rows, "signals": [], "windows": []}))


PASSING: Mapping[str, tuple[Behaviour, ...]] = {
    "429 with seconds": (RateLimited("1"),),
    "429 with a date": (RateLimited(soon()),),
    "429 without a word": (RateLimited(),),
    "500, 502, 503": (Failing(500), Failing(502), Failing(503)),
    "529": (Failing(529),),
    "a connection that is dropped": (Dropped(),),
    "half a body": (Cut(),),
    "200 with an error inside": (ErrorInside(),),
    "no choices": (NoChoices(),),
    "null for a content": (NullContent(),),
    "another model's answer": (OtherModel(),),
    "JSON in a fence, after thoughts": (Fenced("Let me think."),),
    "an answer that was cut": (Truncated(),),
    "broken JSON": (BrokenJson(),),
    "no JSON": (Saying("I have noted it all."),),
    "NaN for a list": (Saying('{"facts": NaN, "signals": [], "windows": []}'),),
    "ten thousand brackets": (Saying("[" * 10_000),),
    "facts that are no list": (Saying('{"facts": {}, "signals": [], "windows": []}'),),
    "ten thousand invented facts": (invented(10_000),),
}


def fail_then_heal(rig: Rig, name: str) -> None:
    """Let the first calls of a run fail: the same run gets over it."""
    rig.write(say(users=1, messages=3))
    rig.model.script(*PASSING[name])
    # Three messages in halves, and the halves in halves: four more calls at most.
    rig.allow(max(len(PASSING[name]), 4), messages=3)

    rig.once(MODEL__TIMEOUT_SECONDS=10)


@pytest.fixture(scope="module")
def healed(side_by_side: SideBySide) -> Futures:
    return side_by_side(fail_then_heal, PASSING)


@pytest.mark.parametrize("failure", PASSING)
def test_a_run_gets_over_a_failure_that_passes(healed: Futures, failure: str) -> None:
    healed[failure].result()


ENDLESS: Mapping[str, tuple[Behaviour, int]] = {
    "not one byte": (Hanging(), 69),
    "headers alone": (Hanging(after_headers=True), 69),
    "a byte now and then": (Dripping(0.2), 69),
}


def fail_for_ever(rig: Rig, name: str) -> None:
    """Let every call fail until the run gives up: what it could not read stays pending for the next."""
    rig.write(say(users=3, messages=1))
    behaviour, code = ENDLESS[name]
    rig.model.decide = lambda _: behaviour
    rig.allow(12)

    given_up = rig.once(MODEL__TIMEOUT_SECONDS=1, code=code)
    rig.model.decide = lambda _: None
    assert given_up.report["seconds"] < patiently(5)
    assert rig.chat.pending() == 3
    rig.once()


@pytest.fixture(scope="module")
def given_up(side_by_side: SideBySide) -> Futures:
    return side_by_side(fail_for_ever, ENDLESS)


@pytest.mark.parametrize("failure", ENDLESS)
def test_a_run_gives_up_in_time_and_the_next_one_does_the_work(given_up: Futures, failure: str) -> None:
    given_up[failure].result()


def test_a_model_that_wants_an_hour_of_rest_is_not_asked_before(rig: Rig) -> None:
    rig.write(say(users=3, messages=1))
    rig.model.decide = lambda _: RateLimited("3600")
    rig.allow(3)
    rig.once(code=75)
    asked_so_far = rig.model.stats.calls

    again = rig.once(code=75)

    assert (rig.model.stats.calls, rig.chat.pending()) == (asked_so_far, 3)
    assert again.report["seconds"] < patiently(10)
    rig.model.decide = lambda _: None
    rig.database.rows("delete from paces")
    rig.once()


def test_a_model_that_nobody_serves_ends_a_run_with_69(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    rig.to_model.behave(Unreachable())

    rig.once(MODEL__TIMEOUT_SECONDS=1, code=69)
    rig.once(MODEL__TIMEOUT_SECONDS=1, MODEL__BASE_URL=f"https://127.0.0.1:{rig.model.port}/v1", code=69)

    assert rig.chat.pending() == 2
    rig.to_model.behave()
    rig.once()


# With the calls that finding the offender may cost: two for each halving of 64, and a repair for each malformed answer.
BLAMING: Mapping[str, tuple[Behaviour, int]] = {
    "a refusal": (Refusing(), 12),
    "a filtered answer": (ContentFiltered(), 12),
    "403 for its content": (Failing(403, code="content_policy_violation"), 12),
    "never any JSON": (Saying("I would rather talk about something else."), 19),
}


def blame_one(rig: Rig, name: str) -> None:
    """Let one message of 64 spoil every batch that it is in."""
    said = rig.write(say(users=1, messages=64))
    offender = said[23]
    rig.expect([offender], outcome=Outcome.QUARANTINED)
    behaviour, calls = BLAMING[name]
    rig.allow(calls, messages=64)

    def answer(request: ChatRequest) -> Behaviour | None:
        return behaviour if offender.canary in asked(request) else None

    rig.model.decide = answer
    ended = rig.once(code=3)
    assert (ended.report["completed"], ended.report["quarantined"]) == (63, 1)


@pytest.fixture(scope="module")
def blamed(side_by_side: SideBySide) -> Futures:
    return side_by_side(blame_one, BLAMING)


@pytest.mark.parametrize("failure", BLAMING)
def test_of_64_messages_only_the_offender_is_quarantined_for_few_more_calls(blamed: Futures, failure: str) -> None:
    blamed[failure].result()


CLOSED: Mapping[str, Behaviour] = {
    "401": Failing(401, code="invalid_api_key"),
    "402": Failing(402),
    "429 for money": Failing(429, code="insufficient_quota"),
}


def close_the_door(rig: Rig, name: str) -> None:
    """Refuse access or money: nothing is tried again, nothing is lost, nobody is blamed."""
    rig.write(say(users=3, messages=2))
    rig.model.decide = lambda _: CLOSED[name]
    rig.allow(2, messages=2)

    rig.once(MODEL__CONCURRENCY=1, code=77)
    # Whoever is next in line may have begun to ask.
    assert rig.model.stats.calls <= 2
    assert rig.chat.pending() == 6
    assert rig.database.value("select coalesce(sum(attempts), 0) from attempts") == 0
    rig.model.decide = lambda _: None
    rig.once()


@pytest.fixture(scope="module")
def closed(side_by_side: SideBySide) -> Futures:
    return side_by_side(close_the_door, CLOSED)


@pytest.mark.parametrize("failure", CLOSED)
def test_refused_access_or_money_ends_a_run_with_77_at_once(closed: Futures, failure: str) -> None:
    closed[failure].result()


def test_a_used_up_budget_ends_a_run_with_77_before_any_call(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))

    rig.once("--max-cost-usd", "0.000001", MODEL__USD_PER_MILLION_PROMPT_TOKENS=10, code=77)

    assert (rig.model.stats.calls, rig.chat.pending()) == (0, 2)
    rig.once("--max-cost-usd", "1", MODEL__USD_PER_MILLION_PROMPT_TOKENS=10)


def test_a_daemon_without_access_pauses_and_asks_no_more(rig: Rig) -> None:
    rig.write(say(users=3, messages=1))
    rig.model.decide = lambda _: Failing(401, code="invalid_api_key")
    rig.allow(2)
    daemon = rig.start("run", MODEL__CONCURRENCY=1)
    wait_until(lambda: "cycle.paused" in daemon.stderr.read_text(), "the daemon to pause")

    rig.model.decide = lambda _: None
    daemon.terminate()
    rig.end(daemon, code=0)

    assert rig.model.stats.calls <= 2
    rig.once()
