"""Users of three kinds: who has said much, who has said little, and who puts markup wherever words are kept."""

from dataclasses import replace
from datetime import UTC, datetime

from bench.engines.acquaintance import acquaintance
from bench.engines.seeding import write_talk
from enrichment.adapters.postgres.pool import Database
from enrichment.domain.messages import Emotion, Message
from enrichment.engines.frame import CacheRow, Pair, Topic
from enrichment.engines.waiting import Arrived

MARKUP = '<img src=x onerror="window.hit=1">&lt;b&gt;'
MOOD = "<script>window.hit=1</script>"


async def talk_much(database: Database, user_id: str, bot_name: str) -> None:
    """Have somebody talk for ninety days."""
    now = datetime.now(UTC)
    await write_talk(database, Pair(user_id, bot_name), acquaintance(bot_name, now), now)


async def talk_little(database: Database, user_id: str, bot_name: str) -> None:
    """Have somebody say seven messages."""
    now = datetime.now(UTC)
    messages = acquaintance(bot_name, now).messages[:7]
    await write_talk(database, Pair(user_id, bot_name), Arrived(messages=messages), now)


async def talk_slyly(database: Database, user_id: str, bot_name: str) -> None:
    """Have somebody say three hundred messages, and put markup into moods, topics, and the labels of topics."""
    now = datetime.now(UTC)
    await write_talk(database, Pair(user_id, bot_name), _sly(acquaintance(user_id, now)), now, _marked)


def _sly(said: Arrived) -> Arrived:
    def felt(message: Message) -> Message:
        # Only moods with a known name count towards how many are needed.
        is_known = message.emotion is None or message.content_hash[-1] % 2
        return message if is_known else replace(message, emotion=Emotion(label=MOOD, intensity=0.5))

    return replace(
        said,
        messages=tuple(felt(message) for message in said.messages[-300:]),
        accesses=(),
        qualities=(),
        topics=tuple(Topic(label=MARKUP, said_at=topic.said_at) for topic in said.topics),
    )


def _marked(row: CacheRow) -> CacheRow:
    """Return a row whose topics are labelled with markup, which the engine's own words never are."""
    graph = getattr(row, "topic_transition_graph", None)
    if graph is None:
        return row
    nodes = [{**node, "label": f"{MARKUP} {node['id']}"} for node in graph["nodes"]]
    return replace(row, topic_transition_graph={**graph, "nodes": nodes})  # type: ignore[call-arg]
