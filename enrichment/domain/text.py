"""What we do to text from strangers: make it storable, compare it, hash it, and estimate its size in tokens."""

import hashlib
import re
import unicodedata

REPLACEMENT = "\ufffd"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_BYTES_PER_TOKEN = 4.0
_PIECES = re.compile(r" ?(?:[^\W\d_]|[\u0300-\u036f\u0900-\u109f])+|[0-9]{1,3}|\s*[\r\n]+| ?[^\s\w]+|\s+|[\w]")
_LONG_WORD = 11
_FIRST_IDEOGRAPH = "\u2e80"
_BYTES_PER_IDEOGRAPHIC_TOKEN = 3.9
_BYTES_PER_FOREIGN_TOKEN = 6.5


def storable(text: str) -> tuple[str, int]:
    """Replace NUL and lone surrogates, which Postgres and UTF-8 cannot hold, by U+FFFD.

    Returns the text and how many characters were replaced.
    """
    if text.isascii() and "\x00" not in text:
        return text, 0
    return _UNSTORABLE.subn(REPLACEMENT, text)


def content_hash(role: str, text: str) -> bytes:
    """Return the 32-byte SHA-256 over role, NUL and the original text, lone surrogates included."""
    return hashlib.sha256(role.encode() + b"\0" + text.encode("utf-8", "surrogatepass")).digest()


def normalised(text: str) -> str:
    """Return the NFKC-casefolded text with runs of white space folded: what two equal facts have in common."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def estimated_tokens(text: str) -> int:
    """Estimate the tokens of a text as a quarter of its UTF-8 bytes, at least 1.

    Near enough for packing in any script; what is billed comes from the provider's usage.
    """
    return max(1, round(len(text.encode("utf-8", "surrogatepass")) / _BYTES_PER_TOKEN))


def tokens_in(text: str) -> int:
    """Estimate the tokens of a text from its words, numbers and signs, as tokenizers of today cut them.

    Within 15 % of OpenAI's o200k on chats and on prompts; slower than ``estimated_tokens``, for forecasts.
    """
    return max(1, round(sum(map(_tokens_of_piece, _PIECES.findall(text)))))


def _tokens_of_piece(piece: str) -> float:
    if piece.isascii():
        return 1 if len(piece) <= _LONG_WORD else 2
    size = len(piece.encode("utf-8", "surrogatepass"))
    per_token = _BYTES_PER_IDEOGRAPHIC_TOKEN if max(piece) >= _FIRST_IDEOGRAPH else _BYTES_PER_FOREIGN_TOKEN
    return max(1.0, size / per_token)
