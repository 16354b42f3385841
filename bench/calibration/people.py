"""People who say true things and others, with the answers of a scripted model to each message.

The model quotes what is there and cannot tell a joke; how it reads certainty is right more often than not. The shares
are assumptions, the same for both splits: three facts in ten are false, half of those show it in their words, as does
one true fact in ten; true facts are said again more often; one in ten is judged by its user, seldom wrongly.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bench.calibration.wordings import THINGS, Kind, Wordings
from enrichment.domain.facts import Certainty
from enrichment.domain.feedback import Verdict

FALSE: Final = 0.3
TRUE_SHOW: Final = 0.1
AGAIN: Final = {True: 0.35, False: 0.06}
JUDGED: Final = 0.1
JUDGED_RIGHTLY: Final = 0.95
MOST_SAID: Final = 4
# How certain the model thinks the speaker is: sure, likely, unsure.
READS: Final = {
    Kind.TRUE: (0.86, 0.11, 0.03),
    Kind.JOKE: (0.78, 0.16, 0.06),
    Kind.HEDGE: (0.35, 0.40, 0.25),
    Kind.HYPOTHETICAL: (0.55, 0.28, 0.17),
}


@dataclass(frozen=True, slots=True)
class Saying:
    """One message, the span of it that the model quotes, and how sure it takes the speaker to be."""

    text: str
    quote: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with everything that was said of it, and what the user said of it afterwards, if anything."""

    thing: str
    kind: Kind
    sayings: tuple[Saying, ...]
    verdict: Verdict | None

    @property
    def is_true(self) -> bool:
        """Whether it is so."""
        return self.kind is Kind.TRUE


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many people with so many facts each; ``false_show`` is the share of false sayings that show what they are."""

    wordings: Wordings
    seed: int
    people: int = 150
    facts: int = 20
    false_show: float = 0.5


def people(crowd: Crowd) -> Iterator[list[Told]]:
    """Yield what each of them tells."""
    rng = random.Random(crowd.seed)
    for _ in range(crowd.people):
        yield [_told(thing, crowd, rng) for thing in rng.sample(THINGS, crowd.facts)]


def _told(thing: str, crowd: Crowd, rng: random.Random) -> Told:
    kind = rng.choice(list(Kind)[1:]) if rng.random() < FALSE else Kind.TRUE
    is_true = kind is Kind.TRUE
    times = 1
    while times < MOST_SAID and rng.random() < AGAIN[is_true]:
        times += 1
    verdict = None
    if rng.random() < JUDGED:
        verdict = Verdict.HELPFUL if is_true == (rng.random() < JUDGED_RIGHTLY) else Verdict.INCORRECT
    return Told(thing, kind, tuple(_saying(thing, kind, crowd, rng) for _ in range(times)), verdict)


def _saying(thing: str, kind: Kind, crowd: Crowd, rng: random.Random) -> Saying:
    shows = rng.random() < (TRUE_SHOW if kind is Kind.TRUE else crowd.false_show)
    wording = rng.choice(crowd.wordings[kind, shows]).format(thing=thing)
    quote = wording[wording.index("[") + 1 : wording.index("]")]
    [certainty] = rng.choices(list(Certainty), READS[kind])
    return Saying(wording.replace("[", "").replace("]", ""), quote, certainty)
