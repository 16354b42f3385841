"""What a user wants of the engines: their clock, when they may be written to, what not to speak of, what to forget."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import pairwise

from enrichment.domain.feedback import Forbidden
from enrichment.domain.ids import derived_uuid
from enrichment.domain.messages import Message
from enrichment.domain.text import normalised
from enrichment.engines.frame import Courtesy
from enrichment.engines.function_words import is_function_word
from enrichment.engines.waiting import Arrived

# Predicates of facts that tell what to suggest and what not; `load_pair.sql` and its index name the second, too.
LIKES, DISLIKES = "likes", "dislikes"
_WORDS = re.compile(r"[^\W_]+")
# From here on, scripts are written without spaces: what is meant are pairs of characters, as in topics' labels.
_FIRST_IDEOGRAPH = "\u2e80"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """One user's, for one bot; ``disliked`` are objects of facts, ``forbidden`` what must not be remembered.

    Of what was forgotten only hashes are known, of each of its words (``word_hash``) among others.
    """

    zone: tzinfo | None = None
    courtesy: Courtesy = Courtesy()
    disliked: tuple[str, ...] = ()
    forbidden: Forbidden = Forbidden()

    def minding(self, heard: Iterable[tuple[str, bool]]) -> "Wishes":
        """Return the wishes after a user has said of things, in order, whether they dislike (or now like) them."""
        minds = {normalised(each): each for each in self.disliked}
        for thing, is_disliked in heard:
            minds.pop(normalised(thing), None)
            if is_disliked:
                minds[normalised(thing)] = thing
        return replace(self, disliked=tuple(minds.values()))

    def permitted(self, user_id: str, arrived: Arrived) -> Arrived:
        """Return what arrived without the words that must not be remembered, and without topics that name them.

        Messages stay, because that something was said is no secret; the words are taken out of them.
        """
        if not self.forbidden:
            return arrived
        told = (each for each in arrived.topics if self._blanked(user_id, each.label) == each.label)
        return replace(
            arrived, messages=tuple(self._without(user_id, each) for each in arrived.messages), topics=tuple(told)
        )

    def _without(self, user_id: str, message: Message) -> Message:
        text = self._blanked(user_id, message.text)
        return message if text == message.text else replace(message, text=text)

    def _blanked(self, user_id: str, text: str) -> str:
        """Return a text without forgotten words, and without the words of each rule that it names."""
        named = [rule for rule in self.forbidden.words if Forbidden(words=(rule,)).names(text)]
        hidden = {word for rule in named for word in _WORDS.findall(normalised(rule))}
        known = self.forbidden.claims

        def is_hidden(part: str) -> bool:
            return part in hidden or bool(known and word_hash(user_id, part) in known)

        def kept(found: re.Match[str]) -> str:
            return _run_without(found[0], is_hidden, hidden)

        return _WORDS.sub(kept, text)


def _run_without(run: str, is_hidden: Callable[[str], bool], hidden: Collection[str]) -> str:
    """Return a run of letters, or what is left of it: nothing of a hidden word, the rest of an unspaced text."""
    folded = normalised(run)
    if max(folded, default="") < _FIRST_IDEOGRAPH:
        return "" if is_hidden(folded) else run
    for word in hidden:
        folded = folded.replace(word, " ")
    gone = {at + k for at, (a, b) in enumerate(pairwise(folded)) if is_hidden(a + b) for k in (0, 1)}
    left = "".join(" " if at in gone else letter for at, letter in enumerate(folded))
    return run if left == normalised(run) else left


def word_hash(user_id: str, word: str) -> bytes:
    """Return the 16 bytes by which a forgotten word is known again without being kept."""
    return derived_uuid("forgotten word", user_id, word).bytes


def telling_words(text: str) -> frozenset[str]:
    """Return the words of a text that tell something, folded; pairs of characters where words are not spaced."""
    runs = _WORDS.findall(normalised(text))
    words = {run for run in runs if max(run) < _FIRST_IDEOGRAPH}
    pairs = {a + b for run in runs if max(run) >= _FIRST_IDEOGRAPH for a, b in pairwise(run)}
    return frozenset({word for word in words if not is_function_word(word)} | pairs)


def is_about(label: str, objects: Iterable[str]) -> bool:
    """Tell whether a label has all telling words of one of the objects, or the other way round."""
    words = telling_words(label)
    return any(meant and words and (meant <= words or words <= meant) for meant in map(telling_words, objects))
