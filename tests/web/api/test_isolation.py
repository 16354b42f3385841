"""Whatever is asked with a bot's token, on any route: nothing of another bot's memory is told or changed."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrichment.adapters.postgres.pool import Database
from tests.adapters.postgres.examples import Stage
from tests.reader.examples import Shelf
from tests.web.api.conftest import AVA, LUNA, Agent, Opened, bearer

USERS, BOTS, SCOPES = ("ada", "bob", "private:ada"), ("luna", "ava", ""), ("", "guild", "private:ada")
TOKENS = {"luna": LUNA, "ava": AVA}
TABLES = ("facts", "evidence", "conversation_summaries", "user_profiles", "feedback", "insights", "work_contexts")
PROFILE = "update user_profiles set summary = $1, version = 1 where user_id = $2 and bot_name = $3 and scope = $4"
QUOTE = """
insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, said_at, quote, certainty,
                      batch_id)
values ($1, $2, 'i', 'chat', 'p', 'h', 'user', now(), $3, 'sure', gen_random_uuid())
"""


def secret_of(bot: str) -> str:
    return f"onlyfor{bot or 'nobody'}"


class World:
    """Memories of everybody with every bot in every scope, each with the secret word of its bot."""

    def __init__(self, agent: Agent, stage: Stage) -> None:
        self.agent, self.stage = agent, stage
        self.facts: dict[str, list[uuid.UUID]] = {bot: [] for bot in BOTS}

    async def fill(self) -> None:
        shelf = Shelf(self.stage)
        for user in USERS:
            for bot in BOTS:
                for scope in SCOPES:
                    secret = secret_of(bot)
                    whose = {"user_id": user, "bot_name": bot, "scope": scope}
                    fact = await shelf.fact(f"{secret} likes tea", **whose)
                    await self.stage.execute(QUOTE, user, fact, f"{secret} said it")
                    await self.stage.execute(PROFILE, secret, user, bot, scope)
                    await shelf.summary(f"{secret} {user} {scope}", **whose)
                    self.facts[bot].append(fact)

    async def others(self, bot: str) -> list[list[dict[str, Any]]]:
        """Return all rows of other bots."""
        asked = "select to_jsonb(t) as row from {} t where bot_name <> $1 order by to_jsonb(t)::text"
        named = [table for table in TABLES if table not in ("evidence", "feedback")]
        of_facts = (
            "select to_jsonb(t) as row from {} t join facts f using (user_id, fact_id) where bot_name <> $1 order by 1"
        )
        statements = [asked.format(table) for table in named] + [of_facts.format(t) for t in ("evidence", "feedback")]
        return [await self.stage.rows(statement, bot) for statement in statements]

    async def send(self, request: Mapping[str, Any], bot: str) -> httpx.Response:
        return await self.agent.request(**request, headers=bearer(TOKENS[bot]))


@pytest.fixture
async def world(opened: Opened, database: Database) -> AsyncIterator[World]:
    async with opened() as agent:
        world = World(agent, Stage(database))
        await world.fill()
        yield world


bots = st.sampled_from((None, None, *BOTS, "nobody"))
words = st.sampled_from(
    ("tea", "last week", "onlyforava", "onlyforluna", "onlyfornobody", "likes", "this year", "plan")
)


def with_bot(fields: Mapping[str, Any], bot: str | None) -> dict[str, Any]:
    return {**fields, **({} if bot is None else {"bot": bot})}


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    user, bot, scope = draw(st.sampled_from((*USERS, "nobody"))), draw(bots), draw(st.sampled_from(SCOPES))
    whose = with_bot({"user_id": user}, bot)
    # Nearly always a fact of this user's: of somebody else's, nothing is to be had at all.
    place = draw(st.integers(0, len(SCOPES))) + len(SCOPES) * (USERS.index(user) if user in USERS else 0)
    fact = {"fact": (draw(st.sampled_from(BOTS)), place % (len(USERS) * len(SCOPES)))}
    verdict = draw(st.sampled_from(("helpful", "incorrect", "insightful")))
    correction = {"correction": "is not so"} if verdict == "incorrect" else {}
    path = f"/v1/users/{user}"
    return draw(
        st.sampled_from(
            (
                {"method": "GET", "url": "/v1/context", "params": {**whose, "scope": scope, "prompt": "true"}},
                {"method": "POST", "url": "/v1/recall", "json": {**whose, "scope": scope, "question": draw(words)}},
                {"method": "POST", "url": "/v1/feedback", "json": {**whose, **fact, "verdict": verdict, **correction}},
                {"method": "POST", "url": f"{path}/enrich", "json": {}},
                {"method": "GET", "url": path, "params": with_bot({}, bot)},
                {"method": "DELETE", "url": path, "params": {}},
            )
        )
    )


def about(request: dict[str, Any], world: World) -> dict[str, Any]:
    """Return the request with the fact that it is about, by its id."""
    body = dict(request.get("json", {}))
    if "fact" in body:
        bot, number = body.pop("fact")
        body["fact_id"] = str(world.facts[bot][number])
    return {**request, **({"json": body} if "json" in request else {})}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=requests(), bot=st.sampled_from(sorted(TOKENS)))
async def test_a_bots_token_never_reads_or_changes_another_bots_memory(
    world: World, request: dict[str, Any], bot: str
) -> None:
    before = await world.others(bot)

    answer = await world.send(about(request, world), bot)

    assert answer.status_code in {200, 403, 404}
    assert not [other for other in BOTS if other != bot and secret_of(other) in answer.text]
    assert await world.others(bot) == before


async def test_a_bots_token_reads_its_own_memory_on_every_route(world: World) -> None:
    fact = str(world.facts["luna"][0])
    asked: list[dict[str, Any]] = [
        {"method": "GET", "url": "/v1/context", "params": {"user_id": "ada"}},
        {"method": "POST", "url": "/v1/recall", "json": {"user_id": "ada", "question": "tea"}},
        {"method": "GET", "url": "/v1/users/ada"},
    ]
    said = {"user_id": "ada", "fact_id": fact, "verdict": "helpful"}

    answers = await asyncio.gather(*(world.send(one, "luna") for one in asked))
    judged = await world.send({"method": "POST", "url": "/v1/feedback", "json": said}, "luna")

    assert all(secret_of("luna") in answer.text for answer in answers)
    assert judged.json()["confidence"] > judged.json()["confidence_before"]


async def test_bots_that_share_hear_of_each_other(world: World) -> None:
    await world.stage.execute("insert into memory_rules (bots_share) values (true)")
    said = {"user_id": "ada", "fact_id": str(world.facts["ava"][0]), "verdict": "helpful"}

    context = await world.send({"method": "GET", "url": "/v1/context", "params": {"user_id": "ada"}}, "luna")
    known = await world.send({"method": "GET", "url": "/v1/users/ada"}, "luna")
    judged = await world.send({"method": "POST", "url": "/v1/feedback", "json": said}, "luna")

    assert secret_of("ava") in context.text
    assert secret_of("ava") in json.dumps(known.json()["facts"])
    assert judged.status_code == 200
