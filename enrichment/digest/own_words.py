"""What a message's author wrote: its text without replies that it quotes and context that an agent put in."""

import re

from enrichment.domain.text import estimated_tokens

LEFT_OUT = " [… left out …] "
# No text of ours holds it, so that nothing matches across what was blanked out.
BLANK = "\x00"
_QUOTED_LINE = re.compile(r"^[ \t]*>+[ \t][^\n]*", re.MULTILINE)
_TAG = re.compile(r"<(/?)(context|memory|memories|retrieved|system|instructions?)\b[^>\n]{0,200}>", re.IGNORECASE)
# Format characters that are not seen: directions, zero widths, tags. Joiners stay: emoji and Persian need them.
_UNSEEN = re.compile("[\x00\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")


def own_words(text: str) -> str:
    """Put ``BLANK`` over quoted replies and injected blocks; every other character keeps its place."""
    if ">" not in text:
        return text
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
    lines = (line.strip() for line in _UNSEEN.sub("", own_words(shortened(text, max_tokens))).splitlines())
    return "\n\t".join(line for line in lines if line) or "[…]"


def shortened(text: str, max_tokens: int) -> str:
    """Return a text of about ``max_tokens`` at most: of a longer one the first two thirds of that, a mark, its end."""
    tokens = estimated_tokens(text)
    if tokens <= max_tokens:
        return text
    kept = max(len(text) * max_tokens // tokens, 3)
    head = kept * 2 // 3
    return text[:head] + LEFT_OUT + text[len(text) - (kept - head) :]
