"""What an answer is checked against: the numbered messages with their speakers and words, and what is known."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from functools import cached_property

from enrichment.digest.own_words import LONGEST, own_words
from enrichment.digest.secrets import MASK, fragments, masked
from enrichment.digest.speakers import label
from enrichment.digest.words import Vocabulary, figures, folded, words
from enrichment.domain.batches import Batch, Known
from enrichment.domain.messages import Message, Role
from enrichment.domain.prompt import Prompt

_SHORTEST_SECRET = 4


class Line:
    """A message of the prompt: its number, its speaker's label, its author's own words, and the line before it."""

    def __init__(self, number: int, message: Message, *, new: bool, window: int, before: "Line | None") -> None:
        self.number = number
        self.message = message
        self.new = new
        self.window = window
        self.before = before
        self.label = label(message)

    @property
    def by_user(self) -> bool:
        return self.message.role is Role.USER

    @property
    def addressee(self) -> str:
        """The label of whom the line answers: the last other speaker before it, if any."""
        line = self.before
        while line is not None and line.label == self.label:
            line = line.before
        return line.label if line is not None else ""

    @cached_property
    def text(self) -> str:
        return own_words(self.message.text)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(words(folded(self.text)))

    @cached_property
    def figures(self) -> frozenset[str]:
        return figures(self.text)


class Transcript:
    """The lines of a prompt by number, those whose message is no longer in the batch left out."""

    def __init__(self, batch: Batch, prompt: Prompt, known: Known, zone: tzinfo) -> None:
        self.zone = zone
        self.new_lines = len(prompt.new)
        self.windows = prompt.windows
        self.absent = prompt.absent
        self.lines = _lines(batch, prompt)
        self.labels = frozenset(line.label for line in self.lines.values() if line.by_user)
        self.known = known.facts
        self.bot_name = batch.bot_name
        self._vocabularies: dict[int, Vocabulary] = {}

    def names(self, window: int) -> Vocabulary:
        """Return the words that may be names in a statement: of the window, its speakers, and the known facts."""
        if window not in self._vocabularies:
            lines = [line for line in self.lines.values() if line.window == window]
            said = (word for line in lines for word in line.words)
            self._vocabularies[window] = Vocabulary([*said, *self._names_known(lines)])
        return self._vocabularies[window]

    def _names_known(self, lines: Sequence[Line]) -> Iterable[str]:
        summary = self.windows[lines[0].window].session if lines else None
        texts = [*(line.label for line in lines), self.bot_name, *(fact.statement for fact in self.known.values())]
        return words(folded(" ".join([*texts, (summary and summary.summary) or ""])))

    def tells_secret(self, *texts: str) -> bool:
        """Whether a text holds a secret: by its form, as somebody's words here give it away, or covered by its mask."""
        return any(
            MASK in text or masked(text) != text or any(part in told for part in self._secrets)
            for text, told in ((text, "".join(folded(text).split())) for text in texts)
        )

    @cached_property
    def _secrets(self) -> frozenset[str]:
        """What gives the secrets of the lines away; those who know them from elsewhere may not note them either."""
        hiding = (line.message.text for line in self.lines.values() if MASK in line.text)
        parts = (part for text in hiding for part in fragments(text[:LONGEST]))
        return frozenset(part for part in parts if len(part) >= _SHORTEST_SECRET)

    @cached_property
    def known_figures(self) -> frozenset[str]:
        return figures(" ".join(fact.statement for fact in self.known.values()))


def _lines(batch: Batch, prompt: Prompt) -> dict[int, Line]:
    """Number the windows' messages as the prompt does, which may leave out numbers of messages that are gone."""
    there = {(m.ref, m.content_hash) for w in batch.windows for m in (*w.context, *w.messages)}
    windows = (index for index, w in enumerate(prompt.windows) for _ in (*w.context, *w.messages))
    lines: dict[int, Line] = {}
    before: Line | None = None
    for (number, message), window in zip(sorted(prompt.numbers.items()), windows, strict=True):
        before = None if before is None or before.window != window else before
        if (message.ref, message.content_hash) in there:
            before = Line(number, message, new=number in prompt.new, window=window, before=before)
            lines[number] = before
    return lines
