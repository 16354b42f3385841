"""Draws dialogues from a family of templates: the same ones for the same seed."""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bench.dialogues.gate import GATE
from bench.dialogues.template import Change, Family, Template
from bench.dialogues.times import Days, meant
from bench.dialogues.tuning import TUNING

__all__ = ["GATE", "TUNING", "Dialogue", "Family", "Gold", "Utterance", "dialogues"]

BOT_NAME = "luna"
SEED = 20_260_101
_REPLIES = ("I see.", "Noted.", "Tell me more.", "That is good to hear.", "Understood.")
_LANGUAGES = ("en",) * 8 + ("de", "es")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message; ``author`` None is the bot. ``session`` counts from 0."""

    author: str | None
    text: str
    said_at: datetime
    session: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """Something true: ``turns`` are the places of the utterances that prove it, the quote stands in the last of them.

    ``speaker`` told it, ``subject`` is whom it is about. ``occurred`` are the days of ``time_words``, if any.
    ``supersedes`` is the place, among the dialogue's facts, of the one that it ends.
    """

    kind: str
    speaker: str
    subject: str
    predicate: str
    object: str
    statement: str
    category: str
    quote: str
    turns: tuple[int, ...]
    time_words: str | None = None
    occurred: Days | None = None
    supersedes: int | None = None


@dataclass(slots=True)
class Dialogue:
    """What was said, and what is true because of it; ``traps`` are the places of what only seems to tell something."""

    name: str
    utterances: list[Utterance] = field(default_factory=list)
    facts: list[Gold] = field(default_factory=list)
    traps: list[int] = field(default_factory=list)

    @property
    def speakers(self) -> frozenset[str]:
        """Everybody but the bot."""
        return frozenset(each.author for each in self.utterances if each.author is not None)


def dialogues(family: Family, count: int = 200, seed: int = SEED) -> tuple[Dialogue, ...]:
    """Return ``count`` dialogues, two sessions with six weeks between them; every fourth has two people and no bot."""
    return tuple(_Drawing(family, number, seed).dialogue() for number in range(count))


class _Drawing:
    """One dialogue being drawn."""

    def __init__(self, family: Family, number: int, seed: int) -> None:
        self._draw = Random(f"{family.name} {seed} {number}")
        self._family = family
        self._out = Dialogue(f"{family.name}-{number:03}")
        self._at = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(days=number, minutes=7 * number)
        self._session = 0
        people = self._draw.sample(family.words["who"], 2)
        self._speaker = people[0]
        self._other = people[1] if number % 4 == 3 else None  # noqa: PLR2004 - every fourth
        self._left: dict[str, list[str]] = {}
        self._language = self._draw.choice(_LANGUAGES)

    def dialogue(self) -> Dialogue:
        """Draw it: greetings, facts and traps in any order, the earlier half of a change; later its other half."""
        change = self._draw.choice(self._family.changes) if self._language == "en" else None
        chatter = self._draw.sample(self._family.chatter, 2)
        first = [*self._facts(change), *self._draw.sample(self._of_language(self._family.traps), 2)]
        self._draw.shuffle(first)
        self._say(chatter[0], {})
        for template in first:
            self._say(template, self._filled(template))
        if change is not None:
            self._change(change)
        else:
            self._say(chatter[1], {})
        return self._out

    def _facts(self, change: Change | None) -> list[Template]:
        """Choose templates none of which contradicts another, or what will change."""
        taken = {change.before.predicate, change.after.predicate} if change else set()
        chosen: list[Template] = []
        for template in self._draw.sample(
            self._of_language(self._family.facts), k=len(self._of_language(self._family.facts))
        ):
            if template.predicate not in taken and len(chosen) < 5:  # noqa: PLR2004 - as much as people tell at once
                taken.add(template.predicate)
                chosen.append(template)
        return chosen

    def _of_language(self, templates: tuple[Template, ...]) -> list[Template]:
        own = [template for template in templates if template.language == self._language]
        return own if len(own) > 1 else [*own, *(each for each in templates if each.language == "en")]

    def _change(self, change: Change) -> None:
        words = self._filled(change.before) | self._filled(change.after)
        words |= {hole: words[hole] for hole in ("city", "hobby", "company") if hole in words}
        before = len(self._out.facts)
        self._say(change.before, words)
        self._at += timedelta(weeks=6, minutes=self._draw.randrange(600))
        self._session = 1
        self._say(change.after, words, supersedes=before)

    def _filled(self, template: Template) -> dict[str, str]:
        holes = {
            name
            for text in (template.text, template.asked or "")
            for _, name, _, _ in string.Formatter().parse(text)
            if name
        }
        words = {}
        for hole in sorted(holes):
            base = hole.removesuffix("_first")
            words[base] = self._unused(base)
            words[hole] = words[base][0].upper() + words[base][1:] if base != hole else words[base]
        return words

    def _unused(self, hole: str) -> str:
        """Return a word that nothing else in the dialogue has, as long as there are any."""
        if not self._left.get(hole):
            self._left[hole] = self._draw.sample(self._family.words[hole], len(self._family.words[hole]))
        return self._left[hole].pop()

    def _say(self, template: Template, words: Mapping[str, str], *, supersedes: int | None = None) -> None:
        filled = {"who": self._speaker, **words}
        turns = []
        if template.asked is not None:
            turns.append(self._utter(self._other, template.asked.format_map(filled)))
        turns.append(self._utter(self._speaker, template.text.format_map(filled)))
        if template.predicate:
            self._out.facts.append(_gold(template, filled, tuple(turns), self._out, supersedes))
        else:
            self._out.traps += turns
        if template.follows is not None:
            self._utter(self._speaker, template.follows)
        elif self._draw.random() < 0.4:  # noqa: PLR2004 - not after everything
            self._utter(self._other, self._draw.choice(_REPLIES))

    def _utter(self, author: str | None, text: str) -> int:
        self._out.utterances.append(Utterance(author, text, self._at, self._session))
        self._at += timedelta(seconds=40)
        return len(self._out.utterances) - 1


def _gold(
    template: Template, filled: Mapping[str, str], turns: tuple[int, ...], dialogue: Dialogue, supersedes: int | None
) -> Gold:
    said = dialogue.utterances[turns[-1]]
    assert said.author is not None
    words = (
        filled[f"{template.time}_first" if f"{template.time}_first" in filled else template.time]
        if template.time
        else None
    )
    return Gold(
        kind=template.kind,
        speaker=said.author,
        subject=template.subject.format_map(filled),
        predicate=template.predicate.format_map(filled),
        object=template.object.format_map(filled),
        statement=template.statement.format_map(filled),
        category=template.category,
        quote=(template.quote or template.text).format_map(filled),
        turns=turns if template.agrees else turns[-1:],
        time_words=words,
        occurred=meant(filled[template.time], said.said_at.date()) if template.time else None,
        supersedes=supersedes,
    )


def texts(family: Family) -> Iterator[str]:
    """Yield every sentence of a family as it is written, with its holes."""
    changes = [half for change in family.changes for half in (change.before, change.after)]
    for template in (*family.facts, *family.traps, *changes, *family.chatter):
        yield from filter(None, (template.text, template.asked, template.follows))
