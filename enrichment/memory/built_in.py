"""The predicates that the program knows by itself, written as `config/predicates.toml` has them."""

from collections.abc import Mapping
from typing import Any, Final

# A straight list. Of what has one object at a time, "moved to" and "married to" tell of an event, and of the state that
# it leads to. What denies another one shares its objects: who likes climbing may stop to, and the later word counts.
BUILT_IN: Final[tuple[Mapping[str, Any], ...]] = (
    {
        "name": "lives in",
        "kind": "single",
        "also": ["lives at", "live in", "is living in", "resides in", "residence", "home city", "moved to"],
    },
    {
        "name": "works at",
        "kind": "single",
        "also": ["works for", "work at", "is employed by", "employed by", "employed at", "employer"],
    },
    {"name": "job title", "kind": "single", "also": ["works as", "occupation", "profession", "job", "role"]},
    {
        "name": "partner",
        "kind": "single",
        "also": ["spouse", "husband", "wife", "boyfriend", "girlfriend", "married to", "is married to", "is dating"],
    },
    {"name": "relationship status", "kind": "single", "also": ["marital status"]},
    {"name": "name", "kind": "single", "also": ["full name", "is named", "is called"]},
    {"name": "age", "kind": "single", "also": ["is aged", "aged", "years old", "is years old"]},
    {
        "name": "birthday",
        "kind": "single",
        "also": ["date of birth", "birth date", "born on", "was born on"],
    },
    {"name": "birthplace", "kind": "single", "also": ["place of birth", "born in", "was born in"]},
    {"name": "native language", "kind": "single", "also": ["mother tongue", "first language"]},
    {"name": "timezone", "kind": "single", "also": ["time zone"]},
    {
        "name": "likes",
        "also": ["loves", "enjoys", "like", "love", "enjoy", "adores", "is fond of"],
        "denied": ["dislikes", "hates", "dislike", "hate", "cannot stand", "does not like", "is not fond of"],
    },
    {"name": "wants", "also": ["want", "would like", "hopes"], "denied": ["does not want"]},
    {
        "name": "plans",
        "also": ["plan", "intends", "is planning"],
        "denied": ["does not plan", "cancelled", "canceled"],
        "lasts_days": 180,
    },
    {
        "name": "can",
        "also": ["is able to"],
        "denied": ["cannot", "can not", "is unable to", "is not able to"],
    },
    {
        "name": "does",
        "also": ["practices", "practises", "plays"],
        "denied": [
            *("does not do", "does not play", "does not practice", "gave up", "quit", "stopped", "stopped doing"),
        ],
    },
    {
        "name": "believes",
        "also": ["believe", "believes in"],
        "denied": ["does not believe", "does not believe in"],
    },
    {"name": "owns", "also": ["own"], "denied": ["does not own", "sold", "gave away"]},
    {"name": "uses", "also": ["use"], "denied": ["does not use", "stopped using"]},
    {"name": "speaks", "also": ["speak"], "denied": ["does not speak"]},
    {
        "name": "studies",
        "also": ["study", "is studying", "is learning"],
        "denied": ["does not study", "does not learn", "stopped studying"],
    },
    {"name": "drinks", "also": ["drink"], "denied": ["does not drink", "stopped drinking"]},
    {"name": "eats", "also": ["eat"], "denied": ["does not eat", "stopped eating"]},
    {"name": "has pet", "denied": ["does not have pet"]},
    {
        "name": "has condition",
        "also": ["suffers from"],
        "denied": ["does not have condition", "recovered from"],
    },
    {"name": "did", "kind": "event"},
    {"name": "visited", "kind": "event", "also": ["went to", "travelled to", "traveled to"]},
    {"name": "attended", "kind": "event", "also": ["took part in", "participated in"]},
    {"name": "won", "kind": "event"},
    {"name": "feels", "also": ["feel", "is feeling", "mood"], "lasts_days": 14},
)
