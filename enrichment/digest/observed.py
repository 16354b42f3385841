"""What is seen in messages without a model: the language somebody writes in, and the accounts they call their own."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from enrichment.digest.evidence import head
from enrichment.digest.languages import language
from enrichment.digest.own_words import own_words
from enrichment.digest.scripts import scripts
from enrichment.digest.words import folded, words
from enrichment.domain.batches import Batch
from enrichment.domain.digest import Digest, Signal
from enrichment.domain.facts import Certainty, Evidence
from enrichment.domain.messages import Message, Role
from enrichment.domain.profile import SignalKind

# The longest messages of an author tell the language; few words say as much as many.
_LOOKED_AT = 3
_CHARACTERS = 400
_QUOTED = 80
_SCRIPT_LANGUAGES = {"greek": "el", "hebrew": "he", "arabic": "ar", "thai": "th", "hangul": "ko", "georgian": "ka"}
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_KANA = re.compile("[\u3040-\u30ff]")
_MOST_ACCOUNTS = 8
_PLATFORMS = "telegram|twitter|discord|instagram|github|mastodon|bluesky|signal|whatsapp|linkedin|reddit"
_MINE = (
    r"(?:\b(?:my|mein|meine|mi|mon|meu|minha|il mio|мой|моя|мій|mój|moje|benim)\b(?:\s+\w+)?\s+"
    r"|\b(?:i['’]?m|i am|find me|reach me|add me|write to me|ich bin|soy|je suis)\s+(?:\w+\s+){0,2}"
    r"|我的\s*|私の\s*)"
)
_HANDLE = r"(?<![\w.])@(?P<handle>[A-Za-z0-9_][\w.\-]{1,38}\w)"
_NAMED = re.compile(rf"{_MINE}(?P<platform>{_PLATFORMS})\b[^.!?\n@]{{0,30}}{_HANDLE}", re.IGNORECASE)
_ON = re.compile(
    r"\b(?:i['’]?m|i am|find me at|ich bin|soy|je suis)\s+"
    rf"{_HANDLE}\s+(?:on|auf|en|sur)\s+(?P<platform>{_PLATFORMS})\b",
    re.IGNORECASE,
)
_HOSTS = {
    "t.me": "telegram",
    "telegram.me": "telegram",
    "twitter.com": "twitter",
    "x.com": "twitter",
    "github.com": "github",
    "instagram.com": "instagram",
    "linkedin.com/in": "linkedin",
    "twitch.tv": "twitch",
}
_HOST = "|".join(map(re.escape, _HOSTS))
_LINK = re.compile(
    rf"{_MINE}[^.!?\n]{{0,40}}?(?:https?://)?(?:www\.)?(?P<host>{_HOST})/@?(?P<handle>[A-Za-z0-9_][\w\-]{{1,38}})",
    re.IGNORECASE,
)
_WALLET = re.compile(rf"{_MINE}[^.!?\n]{{0,40}}?(?P<handle>0x[0-9a-fA-F]{{40}}|bc1[a-z0-9]{{25,60}})\b", re.IGNORECASE)
_MARKS = ("@", "/", "0x", "bc1")


def with_observed(batch: Batch, digest: Digest) -> Digest:
    """Return the digest with what is seen in the users' own new messages as signals beside the model's."""
    own = [message for message in batch.messages if message.role is Role.USER]
    return replace(digest, signals=(*digest.signals, *_languages(own), *_accounts(own)))


def _languages(messages: Sequence[Message]) -> Iterator[Signal]:
    """Yield the language of each author, with the longest message in it as its evidence."""
    for author in sorted({message.author or "" for message in messages}):
        longest = sorted((m for m in messages if (m.author or "") == author), key=_length)[:_LOOKED_AT]
        spoken = [(message, found) for message in longest if (found := message.language or written_in(message.text))]
        if spoken:
            most = Counter(found for _, found in spoken).most_common(1)[0][0]
            witness = next(message for message, found in spoken if found == most)
            yield _signal(SignalKind.LANGUAGE, most, "", witness, head(own_words(witness.text)[:_QUOTED]))


def _length(message: Message) -> tuple[int, bytes]:
    return -len(message.text), message.identity


def written_in(text: str) -> str | None:
    """Return the language of a text as an ISO 639-1 code, None where its script or its grammar does not tell."""
    own = own_words(text[:_CHARACTERS])
    counted = scripts(own)
    if not counted:
        return None
    script = counted.most_common(1)[0][0]
    if script == "latin":
        return language(frozenset(words(folded(own))))
    if script == "cyrillic":
        return "uk" if _UKRAINIAN.search(own) else "ru"
    if script == "east_asian":
        return "ja" if _KANA.search(own) else "zh"
    return _SCRIPT_LANGUAGES.get(script)


def _accounts(messages: Sequence[Message]) -> Iterator[Signal]:
    """Yield the accounts that authors call their own: named with the platform, by a link, or a wallet's address."""
    for message in messages:
        if not any(mark in message.text for mark in _MARKS):
            continue
        found = _accounts_in(own_words(message.text))
        for platform, handle, quote in [one for one, _ in zip(found, range(_MOST_ACCOUNTS), strict=False)]:
            yield _signal(SignalKind.IDENTITY, account(platform, handle), handle, message, quote)


def _accounts_in(text: str) -> Iterator[tuple[str, str, str]]:
    for pattern in (_NAMED, _ON):
        for match in pattern.finditer(text):
            yield match["platform"].casefold(), match["handle"], match[0]
    for match in _LINK.finditer(text):
        yield _HOSTS[match["host"].casefold()], match["handle"], match[0]
    for match in _WALLET.finditer(text):
        yield "wallet", match["handle"], match[0]


def account(platform: str, handle: str) -> str:
    """Return the name by which an account is looked up, ``telegram:ada``."""
    return f"{platform.casefold()}:{handle.lstrip('@').casefold()}"


def _signal(kind: str, name: str, value: str, message: Message, quote: str) -> Signal:
    return Signal(
        kind=kind, name=name, value=value, evidence=(Evidence.from_message(message, quote, Certainty.LIKELY),)
    )
