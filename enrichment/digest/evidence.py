"""Which lines an item may rest on, and the words of theirs that prove it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from enrichment.digest.answer import ItemRefused
from enrichment.digest.languages import ASSENTS, USERS
from enrichment.digest.own_words import BLANK
from enrichment.digest.quotes import find
from enrichment.digest.transcript import Line, Transcript
from enrichment.digest.words import Vocabulary, content, folded, words
from enrichment.domain.digest import Refusal
from enrichment.domain.facts import Certainty, Evidence

MOST_CITED = 40
_HEAD_CHARACTERS = 160
_ASSENT_WORDS = 3
_SENTENCE_ENDS = ".!?\n"
_FAR = 400


@dataclass(frozen=True, slots=True)
class Proof:
    """The line that a quote stands in, and the quote as it is written there; ``assent`` is the line that agrees to it.

    ``lines`` are all cited lines, in order. ``by_address`` says that the quote and the statement have no more in common
    than the one who is spoken to.
    """

    lines: tuple[Line, ...]
    line: Line
    quote: str
    assent: Line | None = None
    by_address: bool = False

    @property
    def sentence(self) -> str:
        """The sentence that the quote stands in: what surrounds it may be an order to note it."""
        text = self.line.text
        at = max(text.find(self.quote), 0)
        start = max(text.rfind(end, 0, at) for end in _SENTENCE_ENDS) + 1
        ends = [found for end in _SENTENCE_ENDS if (found := text.find(end, at + len(self.quote))) >= 0]
        return text[max(start, at - _FAR) : min([*ends, at + len(self.quote) + _FAR])]

    @property
    def spoken_by(self) -> Line:
        """The line whose author stands for what is said."""
        return self.assent or self.line

    def evidence(self, certainty: Certainty) -> tuple[Evidence, ...]:
        """Return one piece of evidence per cited line of a person, and for a bot's line that was agreed to."""
        quotes = {line.number: head(line.text) for line in self.lines if line.by_user}
        quotes[self.line.number] = self.quote
        return tuple(
            Evidence.from_message(line.message, quotes[line.number], certainty)
            for line in self.lines
            if quotes.get(line.number)
        )


def cited(transcript: Transcript, numbers: Sequence[int]) -> tuple[Line, ...]:
    """Return the cited lines in order; raises ``ItemRefused`` for absent, unknown, known, or only a bot's lines."""
    if len(numbers) > MOST_CITED:
        raise ItemRefused(Refusal.MALFORMED)
    if not transcript.absent.isdisjoint(numbers):
        raise ItemRefused(Refusal.ABSENT)
    if not all(number in transcript.lines for number in numbers):
        raise ItemRefused(Refusal.UNKNOWN_MESSAGE)
    lines = tuple(transcript.lines[number] for number in sorted(numbers))
    if not any(line.new for line in lines):
        raise ItemRefused(Refusal.NO_NEW_MESSAGE)
    if not any(line.by_user for line in lines):
        raise ItemRefused(Refusal.BOT_ONLY)
    return lines


def prove(lines: tuple[Line, ...], quote: str, statement: str) -> Proof:
    """Find the quote in the cited lines and see that it is about the statement; raises ``ItemRefused``."""
    if not quote:
        raise ItemRefused(Refusal.NO_QUOTE)
    spans = [(line, span) for line in lines if (span := find(quote, line.text))]
    if not spans:
        raise ItemRefused(Refusal.QUOTE_NOT_FOUND)
    line, (start, end) = next(((line, span) for line, span in spans if line.by_user), spans[0])
    proof = Proof(lines, line, line.text[start:end], None if line.by_user else _assent_to(line, lines))
    if not line.by_user and proof.assent is None:
        raise ItemRefused(Refusal.BOT_ONLY)
    about = content(statement)
    if _related(about, proof.quote, line):
        return proof
    asked = line.before
    if asked in lines and is_assent(line) and _related(about, asked.text, line):
        return Proof(lines, asked, head(asked.text), line)
    if _related(about, line.addressee, line):
        return replace(proof, by_address=True)
    raise ItemRefused(Refusal.QUOTE_UNRELATED)


def _assent_to(line: Line, lines: tuple[Line, ...]) -> Line | None:
    return next((other for other in lines if other.before is line and other.by_user and is_assent(other)), None)


def is_assent(line: Line) -> bool:
    """Whether a line begins with a yes, in any of the languages we know."""
    return any(word in ASSENTS for word in words(folded(line.text[:80]))[:_ASSENT_WORDS])


def _related(about: frozenset[str], said: str, line: Line) -> bool:
    """Whether what was said shares a word with what it is to prove; the name of the line's speaker is none."""
    vocabulary = Vocabulary(about - frozenset(words(folded(line.label))) - USERS)
    return any(word in vocabulary for word in content(said))


def head(text: str) -> str:
    """Return the beginning of somebody's own words, up to a word's end."""
    text = text.replace(BLANK, "").strip()
    if len(text) <= _HEAD_CHARACTERS:
        return text
    return text[:_HEAD_CHARACTERS].rsplit(None, 1)[0]
