"""The LoCoMo bench reads its file as it is, and its figures add up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.locomo.conversation import Conversation, read
from bench.locomo.delivery import gold_facts, point_id, points, user_ids
from bench.locomo.figures import Drain, Held, cost, gold, ideal_seconds, ratio, shown
from bench.locomo.measure import measure
from bench.model_server.tokens import discounted
from bench.report import as_text
from tests.bench.locomo_file import SAMPLE, written

USERS = ("tiny-001", "tiny-002")
ALL_GIVEN = dict.fromkeys(range(5), 1)


@pytest.fixture
def conversation(tmp_path: Path) -> Conversation:
    return read(written(tmp_path), SAMPLE)


def held(turn_id: str, statement: str, said: str, user_id: str = USERS[0]) -> Held:
    return Held(user_id, point_id(user_id, turn_id, 1), statement, said)


def test_sessions_are_read_in_order_and_turns_are_a_second_apart(conversation: Conversation) -> None:
    assert [turn.turn_id for turn in conversation.turns] == ["D2:1", "D2:2", "D2:3", "D10:1", "D10:2"]
    assert conversation.turns[0].said_at == datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
    assert conversation.turns[2].said_at - conversation.turns[0].said_at == timedelta(seconds=2)
    assert conversation.turns[3].said_at == datetime(2024, 3, 1, 0, 5, tzinfo=UTC)


def test_observations_cite_turns_in_every_form_and_those_without_one_are_counted(conversation: Conversation) -> None:
    cited = [observation.cited for observation in conversation.observations]

    assert cited == [("D2:1",), ("D2:1", "D2:3"), ("D2:1",), ("D2:2",), ("D10:1",)]
    assert conversation.unresolved == 1


def test_an_unknown_sample_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no sample conv-1: tiny"):
        read(written(tmp_path), "conv-1")


def test_a_second_delivery_has_other_points_in_another_order_and_the_same_message_ids(
    conversation: Conversation,
) -> None:
    first, second = list(points(conversation, USERS, 1)), list(points(conversation, USERS, 2))

    assert {point.point_id for point in first}.isdisjoint(point.point_id for point in second)
    assert [point.payload["message_id"] for point in first] != [point.payload["message_id"] for point in second]
    assert sorted(map(str, (p.payload for p in first))) == sorted(map(str, (p.payload for p in second)))


def test_a_gold_fact_quotes_the_cited_turn_and_is_about_the_speaker(conversation: Conversation) -> None:
    parrot = gold_facts(conversation)[1]

    assert parrot["messages"] == ("I moved to Lyon and adopted a parrot.", "My parrot is called Figaro.")
    assert (parrot["subject"], parrot["object"]) == ("Ada", "has a parrot called Figaro.")


def test_a_fact_is_kept_under_its_own_words_or_those_of_the_fact_it_was_merged_into(
    conversation: Conversation,
) -> None:
    memory = [
        held("D2:1", "ada moved to  LYON.", "Lyon"),
        held("D2:2", "Ben plays the cello.", "plays the cello."),
        held("D10:1", "Ben has a cello that he plays.", "Plays the cello."),
    ]

    became = gold(conversation, USERS[:1], ALL_GIVEN, memory)

    assert (became.given, became.not_given, became.kept) == (5, 0, 3)
    assert [statement for _, statement in became.missing] == [
        "Ada has a parrot called Figaro.",
        "Ada won three medals.",
    ]


def test_the_evidence_of_another_message_or_user_does_not_keep_a_fact(conversation: Conversation) -> None:
    memory = [held("D2:3", "Ada moved to Lyon.", "x"), held("D2:1", "Ada moved to Lyon.", "x", USERS[1])]

    became = gold(conversation, USERS[:1], {0: 1}, memory)

    assert (became.given, became.kept) == (1, 0)


def test_what_was_never_given_counts_for_each_user_and_not_as_lost(conversation: Conversation) -> None:
    memory = [held("D2:1", "Ada moved to Lyon.", "x", user_id) for user_id in USERS]

    became = gold(conversation, USERS, {0: 2}, memory)

    assert (became.given, became.not_given, became.kept, became.missing) == (2, 8, 2, ())


def test_the_ideal_is_bounded_by_the_lanes_or_by_one_users_calls_in_a_row() -> None:
    assert ideal_seconds([4] * 20, 2.0, 8) == 20.0
    assert ideal_seconds([12, 1], 2.0, 8) == 24.0
    assert ideal_seconds([], 2.0, 8) == 0.0
    assert (ratio(23, 20), ratio(1, 0)) == (1.15, None)


DRAIN = Drain(
    report={"cpu_seconds": 0.5, "known_tokens": 300, "summary_tokens": 100},
    calls=4,
    prompt_tokens=22_400,
    discounted_tokens=4_000,
    shown_tokens={"known": 800, "summary": 100},
    completion_tokens=20_000,
    servers_cpu_seconds={"postgres": 0.1},
)


def test_costs_are_per_message_and_the_servers_stand_apart() -> None:
    assert cost(400, DRAIN) == {
        "calls_per_100": 1.0,
        "prompt_tokens_per_message": 56.0,
        "prompt_tokens_per_message_cached": 47.0,
        "completion_tokens_per_message": 50.0,
        "cpu_ms_per_message": 1.25,
        "postgres_cpu_ms_per_message": 0.25,
    }


def test_what_is_shown_of_the_memory_counts_from_each_users_second_call_on() -> None:
    assert shown(400, [3, 1], DRAIN) == {
        "known_tokens_per_call": 400.0,
        "summary_tokens_per_call": 50.0,
        "prompt_tokens_per_message_full": 56.0,
        "prompt_tokens_per_message_full_cached": 47.0,
    }
    assert shown(400, [4], DRAIN)["prompt_tokens_per_message_full"] == 56.75
    assert shown(400, [1], DRAIN)["known_tokens_per_call"] is None


def test_a_cached_prefix_is_cheaper_if_it_is_long_enough() -> None:
    assert (discounted(1_023), discounted(1_024)) == (0, 1_024)


def test_people_get_a_line_for_each_figure_and_for_each_item() -> None:
    report = {"messages": 3, "wall_over_ideal": None, "missing": [], "refusals": [{"reason": "x", "statement": "y"}]}

    assert as_text(report) == "messages         3\nwall_over_ideal  -\n\nrefusals:\n  x: y"


async def test_a_conversation_goes_through_the_whole_program_for_each_user(conversation: Conversation) -> None:
    report = await measure(conversation, users=2)

    assert (report["messages"], report["completed"]) == (10, 10)
    assert (report["facts_given"], report["facts_kept"]) == (10, 8)
    assert report["refused"] == {"quote_unrelated": 2}
    assert (report["missing"], report["idle_calls"]) == ([], 0)
    assert (report["second_delivery_rows"], report["second_delivery_calls"]) == (0, 0)
    assert (report["second_delivery_skipped"], report["second_delivery_pending"]) == (10, 0)


def test_users_are_named_after_the_sample(conversation: Conversation) -> None:
    assert user_ids(conversation, 2) == USERS
