"""What people say of a thing that they have, and of one that they only joke about; the quoted span is in brackets.

The sentences of the test split were written after the rules, and share no sentence with the train split. A visible
sentence says what it is; a hidden one can be told from a true one by nobody who was not there.
"""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How a fact came to be said."""

    TRUE = "true"
    JOKE = "joke"
    HEDGE = "hedge"
    HYPOTHETICAL = "hypothetical"


Wordings = dict[tuple[Kind, bool], tuple[str, ...]]

THINGS: Final = tuple(
    f"{colour} {thing}"
    for colour in ("red", "blue", "green", "silver", "wooden", "old", "tiny", "huge")
    for thing in (
        *("kayak", "tractor", "harp", "telescope", "caravan", "greenhouse", "piano", "sailboat", "motorbike", "loom"),
        *("accordion", "forge", "aquarium", "sauna", "canoe", "drone", "kiln", "beehive", "unicycle", "treadmill"),
    )
)
# (kind, whether it shows): a true fact that shows something is one that people laugh or hedge about.
TRAIN: Final[Wordings] = {
    (Kind.TRUE, False): (
        "We [own a {thing}] since last year.",
        "I [own a {thing}] and use it every week.",
        "My sister visited, she saw that I [own a {thing}] now.",
        "Yes, I still [own a {thing}].",
    ),
    (Kind.TRUE, True): (
        "haha yes I [own a {thing}], my neighbours complain",
        "I [own a {thing}], if you ever want to see it.",
        "I [own a {thing}], maybe we can try it on Sunday.",
    ),
    (Kind.JOKE, True): ("Sure, I [own a {thing}], lol.", "I [own a {thing}] 😂", "haha, next thing I [own a {thing}]"),
    (Kind.JOKE, False): ("Obviously I [own a {thing}].", "Who needs money, I [own a {thing}]."),
    (Kind.HEDGE, True): (
        "Maybe I [own a {thing}] somewhere in the cellar.",
        "I [own a {thing}], or not sure, perhaps.",
    ),
    (Kind.HEDGE, False): ("They tell me that I [own a {thing}].", "On paper I [own a {thing}]."),
    (Kind.HYPOTHETICAL, True): ("Imagine I [own a {thing}] one day.", "If I win I [own a {thing}] by summer."),
    (Kind.HYPOTHETICAL, False): ("In the other life I [own a {thing}].", "Next level: I [own a {thing}]."),
}
TEST: Final[Wordings] = {
    (Kind.TRUE, False): (
        "Been busy, since March I [own a {thing}] that needs care.",
        "I [own a {thing}] that belonged to my uncle.",
        "The insurance asked, so I told them I [own a {thing}].",
        "As I said, I [own a {thing}] at home.",
        "Out back there is a shed because I [own a {thing}].",
    ),
    (Kind.TRUE, True): (
        "I [own a {thing}], and I would not sell it.",
        "lol I [own a {thing}] and cannot even carry it",
        "I [own a {thing}] 🙃 and the bills that come with it",
        "I [own a {thing}], probably the oldest in town.",
    ),
    (Kind.JOKE, True): (
        "Right, and I [own a {thing}], hahaha.",
        "Breaking news: I [own a {thing}] 🤣",
        "I [own a {thing}]. Just kidding!",
    ),
    (Kind.JOKE, False): (
        "Yeah right, I [own a {thing}] too.",
        "And I, of course, [own a {thing}].",
        "I [own a {thing}], m'lord.",
    ),
    (Kind.HEDGE, True): ("I guess I [own a {thing}] by now.", "Possibly I [own a {thing}], ask my brother."),
    (Kind.HEDGE, False): ("By some accounts I [own a {thing}].", "The way I remember it I [own a {thing}]."),
    (Kind.HYPOTHETICAL, True): ("Suppose I [own a {thing}], where to put it?", "I wish I could say I [own a {thing}]."),
    (Kind.HYPOTHETICAL, False): ("In my dream house I [own a {thing}].", "Give me five years and I [own a {thing}]."),
}
