"""The sentences of a message as the offline rules read them: their clauses, their times, and what they agree to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from enrichment.digest.languages import ASSENTS
from enrichment.digest.own_words import BLANK, own_words
from enrichment.digest.speakers import label
from enrichment.digest.words import folded, words
from enrichment.domain.messages import Message
from enrichment.domain.spot_dates import Spotted, spot

MOST_CHARACTERS: Final = 20_000
_SENTENCE = re.compile(rf"[^.!?…\n{BLANK}]+(?:\.(?=\d)[^.!?…\n{BLANK}]+)*[.!?…]*")
_CLAUSE_END = re.compile(r"[,;:()–—]|\s-\s|\s(?:and|but|because|und|aber|weil|y|pero|porque)\s")
# A condition that is none.
_IDIOM = re.compile(r",? if (?:you must know|you ask me|you like|you want|i may)\b|,? wenn du willst\b", re.IGNORECASE)
# "Do you play chess?" "Yes." is "I play chess", as far as the question begins like this.
_ASKED = (
    (re.compile(r"(?:so |and )?do you (?=\w)", re.IGNORECASE), "I "),
    (re.compile(r"(?:so |and )?have you (?=\w)", re.IGNORECASE), "I have "),
    (re.compile(r"(?:so |and )?are you (?=\w)", re.IGNORECASE), "I am "),
)
_SHORT_ANSWER = 5


@dataclass(frozen=True)
class Sentence:
    """What somebody says, as text in the first person; ``quote`` is what was written, ``lines`` where it stands."""

    text: str
    quote: str
    lines: tuple[int, ...]

    def times(self, language: str) -> Sequence[Spotted]:
        """Return the words for times in it."""
        return tuple(spot(self.text, language))

    def time_of(self, start: int, end: int, language: str) -> str | None:
        """Return the words for the time of what stands there: in its own clause, or all of the clause before it."""
        first, last = self._clause(start, end)
        times = self.times(language)
        inside = (time for time in times if first <= time.start < last)
        fronted = (time for time in times if time.end <= first and self._is_alone(time, first))
        return next((time.words for time in (*inside, *fronted)), None)

    def _is_alone(self, time: Spotted, clause: int) -> bool:
        """Whether there is nothing but the time before a clause: "last week, …"."""
        return not (self.text[: time.start] + self.text[time.end : clause]).strip(" ,-–")

    def _clause(self, start: int, end: int) -> tuple[int, int]:
        before = [edge for edge in self._edges if edge <= start]
        after = [edge for edge in self._edges if edge >= end]
        return max(before, default=0), min(after, default=len(self.text))

    @cached_property
    def _edges(self) -> Sequence[int]:
        return [found.end() if found.start() == 0 else found.start() for found in _CLAUSE_END.finditer(self.text)]


def sentences(number: int, message: Message, before: Message | None) -> Iterator[Sentence]:
    """Yield what a message tells, sentence by sentence, and what it agrees to in the line ``before``, if any."""
    text = own_words(message.text[:MOST_CHARACTERS])
    if before is not None and label(before) != label(message) and _agrees(text):
        yield from _agreed(number, before)
    for found in _SENTENCE.findall(text):
        if not found.endswith("?"):
            yield Sentence(_IDIOM.sub("", found), found.strip(), (number,))


def _agrees(text: str) -> bool:
    said = words(folded(text[:80]))
    return bool(said) and said[0] in ASSENTS and len(said) <= _SHORT_ANSWER


def _agreed(number: int, before: Message) -> Iterator[Sentence]:
    """Yield the last question of a line in the words of the one who says yes to it."""
    asked = [found.strip() for found in _SENTENCE.findall(own_words(before.text[-MOST_CHARACTERS:]))]
    if asked and asked[-1].endswith("?"):
        for pattern, first_person in _ASKED:
            if found := pattern.match(asked[-1]):
                yield Sentence(first_person + asked[-1][found.end() :].rstrip("?"), asked[-1], (number - 1, number))
