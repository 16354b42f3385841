from collections import Counter

from bench.replicas import MESSAGES_PER_USER, fact, points


def test_every_user_has_the_same_backlog() -> None:
    written = Counter(str(point.payload["user_id"]) for point in points(5))

    assert written == {f"user-{number}": MESSAGES_PER_USER for number in range(5)}


def test_the_model_knows_a_fact_for_each_message() -> None:
    contents = [point.payload["content"] for point in points(3)]

    assert contents == [fact(number).messages[0] for number in range(3 * MESSAGES_PER_USER)]
