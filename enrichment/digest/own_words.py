"""What a message's author wrote and we may read: no replies that it quotes, no context of an agent's, no secrets."""

import re
from functools import lru_cache

from enrichment.digest.secrets import MASK, masked
from enrichment.domain.text import estimated_tokens

LEFT_OUT = " [… left out …] "
# No text of ours holds it, so that nothing matches across what was blanked out.
BLANK = "\x00"
# Of more than this the middle is not read by anybody: not shown, not quoted.
LONGEST = 65_536
_ORDINARY = 2_000
_QUOTED_LINE = re.compile(r"^[ \t]*>+[ \t][^\n]*", re.MULTILINE)
_TAG = re.compile(r"<(/?)(context|memory|memories|retrieved|system|instructions?)\b[^>\n]{0,200}>", re.IGNORECASE)
# Format characters that are not seen: directions, zero widths, tags. Joiners stay: emoji and Persian need them.
_UNSEEN = re.compile(
    "[\x00\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
# What a terminal obeys: escape sequences whole (ECMA-48), and all other control characters but tab and line ends.
_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)|[@-Z\\-_])?"
    r"|[\x01-\x08\x0e-\x1a\x7f-\x84\x86-\x9f\ufffe\uffff]"
)
_MASKED = re.compile(f"{MASK}{{4,}}")


def without_controls(text: str) -> str:
    """Leave out what a terminal obeys."""
    return _CONTROL.sub("", text)


def own_words(text: str) -> str:
    """Return the author's words: ``BLANK`` over quoted replies and injected blocks, ``MASK`` over secrets.

    Terminal controls become zero widths. Every character keeps its place, unless the text is longer than ``LONGEST``:
    then its middle is left out.
    """
    if len(text) <= _ORDINARY:
        return _ordinary(text)
    return _own(text if len(text) <= LONGEST else text[: LONGEST // 2] + LEFT_OUT + text[-LONGEST // 2 :])


@lru_cache(maxsize=2_048)
def _ordinary(text: str) -> str:
    """Keep what the prompt needs until the answer is read; only of texts of ordinary size, because that adds up."""
    return _own(text)


def _own(text: str) -> str:
    text = _CONTROL.sub(lambda control: "\u200b" * len(control.group()), text)
    return masked(_without_others(text) if ">" in text else text)


def _without_others(text: str) -> str:
    tags = [(tag.span(), bool(tag.group(1)), tag.group(2).casefold()) for tag in _TAG.finditer(text)]
    closed_at = {name: start for (start, _), closes, name in tags if closes}
    inside: tuple[str, int] | None = None
    pieces: list[str] = []
    kept = 0
    for (start, end), closes, name in tags:
        if inside is None and not closes and start < closed_at.get(name, 0):
            inside = (name, start)
        elif inside is not None and closes and name == inside[0]:
            pieces += text[kept : inside[1]], BLANK * (end - inside[1])
            kept, inside = end, None
    return _QUOTED_LINE.sub(lambda line: BLANK * len(line.group()), "".join((*pieces, text[kept:])))


def shown(text: str, max_tokens: int) -> str:
    """Return the author's words as a prompt shows them: not too long, nothing unseen, further lines indented."""
    lines = (line.strip() for line in shortened(_visible(text), max_tokens).splitlines())
    return "\n\t".join(line for line in lines if line) or "[…]"


def is_cut(text: str, max_tokens: int) -> bool:
    """Tell whether ``shown`` leaves a part of the author's words out because the text is too long."""
    if len(text) <= max_tokens:
        # No text has more tokens than characters; most messages are told by this.
        return False
    return len(text) > LONGEST or estimated_tokens(_visible(text)) > max_tokens


def _visible(text: str) -> str:
    return _MASKED.sub(MASK * 4, _UNSEEN.sub("", own_words(text)))


def shortened(text: str, max_tokens: int) -> str:
    """Return a text of about ``max_tokens`` at most: of a longer one the first two thirds of that, a mark, its end."""
    tokens = estimated_tokens(text)
    if tokens <= max_tokens:
        return text
    kept = max(len(text) * max_tokens // tokens, 3)
    head = kept * 2 // 3
    return text[:head] + LEFT_OUT + text[len(text) - (kept - head) :]
