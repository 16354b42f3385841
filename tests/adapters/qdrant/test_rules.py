"""Names of collections, bots and users."""

import pytest

from enrichment.adapters.qdrant.rules import Rules, configured
from enrichment.errors import ConfigurationError


@pytest.mark.parametrize(
    ("collection", "bot"),
    [
        ("my_bot", "my_bot"),
        ("ada", "ada"),
        ("chat_memory_my_bot", "my_bot"),
        ("memory_ada", "ada"),
        ("whisperengine_memory_elena_7d", "elena"),
        ("whisperengine_memory_my_bot_30d", "my_bot"),
        ("my_memory_bot", "my_memory_bot"),
        ("model_3d", "model_3d"),
    ],
)
def test_the_collection_tells_the_bot_and_my_bot_stays_my_bot(collection: str, bot: str) -> None:
    assert Rules().bot_of_collection(collection) == bot


def test_a_collection_that_does_not_match_tells_no_bot() -> None:
    rules = configured(fields_by_name={}, bot_pattern="bot-(?P<bot>.+)")

    assert rules.bot_of_collection("chat") == ""


def test_the_namespace_is_that_of_the_first_matching_pattern() -> None:
    rules = configured(fields_by_name={}, namespaces={"shop_*": "shop", "*": "rest"})

    assert rules.user("shop_chat", {"user_id": 1}) == "shop:1"
    assert rules.user("game", {"user_id": "1"}) == "rest:1"
    assert rules.user("game", {}) == ""


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"fields_by_name": {"contents": ("text",)}}, "contents"),
        ({"fields_by_name": {}, "bot_pattern": "("}, "BOT_PATTERN"),
        ({"fields_by_name": {}, "bot_pattern": "memory_(.+)"}, "group named bot"),
    ],
)
def test_rules_that_cannot_work_are_refused_by_name(settings: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        configured(**settings)  # type: ignore[arg-type]  # what people write
