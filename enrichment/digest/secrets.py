"""Finds what must not be remembered nor sent to anybody: keys, tokens, passwords, card and account numbers.

Only what is certain by its form, by a check digit, or by the words before it; "my password is too long" stays.
"""

# ruff: noqa: RUF001, S105 - quotation marks of all kinds; a pattern for passwords is none

import re
from collections.abc import Iterator
from typing import Final

# Nothing that people write; a run of it is as long as what it covers.
MASK: Final = "█"
_FORMS = re.compile(
    r"-----BEGIN (?:[A-Z0-9 ]+ )?PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z0-9 ]+ )?PRIVATE KEY-----|\Z)"
    r"|\b(?:sk|rk|pk)[-_](?:live|test|ant|proj|or|svcacct)?[-_]?[A-Za-z0-9_-]{16,}"
    r"|\bgh[opsur]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[abeprs]-[\w-]{10,}|\bxapp-[\w-]{10,}"
    r"|\b(?:AKIA|ASIA|AGPA|AROA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}|\bya29\.[\w.-]{20,}|\bhf_[A-Za-z0-9]{20,}"
    r"|\bnpm_[A-Za-z0-9]{30,}|\bpypi-[\w-]{30,}|\bdop_v1_[a-f0-9]{40,}|\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{20,}"
    r"|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bkey-[a-f0-9]{32}\b|\bAGE-SECRET-KEY-1[A-Z0-9]{40,}|\b[\w-]{0,4}\d{8,10}:AA[\w-]{30,}"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*|\b[MNO][\w-]{22,28}\.[\w-]{6}\.[\w-]{27,}"
    r"|hooks\.slack\.com/services/[\w/]+"
    r"|(?<=bearer )[\w.~+/-]{16,}=*|(?<=basic )[A-Za-z0-9+/]{16,}={0,2}",
    re.IGNORECASE,
)
# user:password in an address.
_ADDRESS = re.compile(r"(?<=://)[^\s/@:]*:(?P<secret>[^\s/@]+)(?=@)")
_PASSWORD = (
    r"pass ?words?|pass ?codes?|pwd|passwort|kennwort|contraseña|clave|mot de passe|senha|wachtwoord|lösenord|hasło|"
    r"пароль|şifre|密码|密碼|パスワード|비밀번호|pass ?phrase"
)
_KEY = (
    r"(?:api|access|secret|private|auth|license|licence|encryption|ssh|client|wallet)[ _-]?"
    r"(?:key|token|secret|schlüssel)|secret|token|otp|2fa[ -]?code|verification code|recovery code"
)
_PIN = r"pin(?:[ -]?(?:code|nummer|number))?|cvv2?|cvc2?|card verification|security code"
_SEED = r"(?:seed|recovery|mnemonic|backup)[ -]?phrase"
# Between the name of a secret and the secret: up to four words ("for the router"), and a word or sign that gives it.
_GIVES = (
    r"(?:(?: \w+){0,5}? (?:is now|is|was|lautet|ist|war|es|est|é|är|to|=)|\s?(?:[:=]|->|は|是|은|는))[:=]?\s*"
    r"[\"'“”„‘`«]?"
)
_STATED = re.compile(
    rf"\b(?:{_PASSWORD}){_GIVES}(?P<password>[^\s\"“”»`]{{3,}})"
    rf"|\b(?:{_KEY}){_GIVES}(?P<key>(?=[^\s]*[\d_+/=-])[^\s\"“”»`,;]{{6,}})"
    rf"|\b(?:{_PIN})(?:{_GIVES}|\s)(?P<pin>\d[\d -]{{1,7}}\d)"
    rf"|\b(?:{_SEED}){_GIVES}(?P<seed>\w+(?:[ ,]+\w+){{3,23}})",
    re.IGNORECASE,
)
# What follows "my password is" without being one.
_NO_PASSWORD = frozenset(
    word
    for line in (
        "not no too so very the a an my your his her our their this that it in on at of to for from by with",
        "always never also still just now only really again already wrong right correct incorrect invalid expired",
        "weak strong secure safe unsafe good bad fine okay long short old new simple complex easy hard difficult",
        "stored saved stolen leaked lost gone broken working required needed reset changed forgotten hidden",
        "encrypted hashed known unknown public private secret same different empty blank missing compromised",
        "protected visible between more less about something someone nothing what where when why how because and",
        "or but if be been being set sent asking asked written kept nicht zu sehr falsch richtig abgelaufen",
        "sicher unsicher schwach stark lang kurz alt neu einfach weg verloren vergessen gespeichert der die das",
        "ein eine mein dein nur noch immer schon auch muy la el una un mi tu incorrecta correcta segura débil",
        "larga corta demasiado trop faux sûr pas le ma mon",
    )
    for word in line.split()
)
_CARD = re.compile(r"(?<![\d.,/-])[2-6]\d(?:[ \-]?\d){11,17}(?![\d]|[.,/-]\d)")
_TELLING = 8
_CARD_DIGITS = range(13, 20)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# Whatever the patterns above can match holds one of these; most texts hold none.
_FIGURES = re.compile(r"(?:\d[ -]?){5}\d")
_LONG = 16
_HINTS = (
    *(
        "pass",
        "pwd",
        "key",
        "token",
        "secret",
        "schlüssel",
        "otp",
        "code",
        "pin",
        "cvv",
        "cvc",
        "verification",
        "phrase",
    ),
    *("contraseña", "clave", "senha", "wachtwoord", "kennwort", "lösenord", "hasło", "пароль", "şifre", "密码", "密碼"),
    *("パスワード", "비밀번호", "://", "-----begin", "bearer", "basic", "xox", "xapp-"),
)


def secrets(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the secrets in a text, in no order; they may overlap."""
    seen, places = _seen(text)
    if not _may_hold(seen):
        return
    for start, end in _spans(seen):
        yield places[start], places[end - 1] + 1


def _may_hold(text: str) -> bool:
    folded = text.casefold()
    is_plain = max(map(len, folded.split()), default=0) < _LONG and _FIGURES.search(text) is None
    return not is_plain or any(hint in folded for hint in _HINTS)


def masked(text: str) -> str:
    """Return the text with every secret covered, every other character in its place."""
    for start, end in secrets(text):
        text = text[:start] + MASK * (end - start) + text[end:]
    return text


def fragments(text: str) -> Iterator[str]:
    """Yield what gives secrets away, folded and without spaces: eight characters in a row, or all of a shorter one."""
    seen, _ = _seen(text)
    for start, end in _spans(seen):
        told = "".join(seen[start:end].casefold().split())
        yield from (told[at : at + _TELLING] for at in range(max(1, len(told) - _TELLING + 1)))


def _seen(text: str) -> tuple[str, range | list[int]]:
    """Return what is seen of a text, and where each of its characters stands: zero and full widths hide no key."""
    if text.isascii():
        return text, range(len(text))
    text = text.translate(_NARROW)
    if _UNSEEN.search(text) is None:
        return text, range(len(text))
    places = [place for place, character in enumerate(text) if not _UNSEEN.match(character)]
    return "".join(text[place] for place in places), places


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for found in _FORMS.finditer(text):
        yield found.span()
    for found in _ADDRESS.finditer(text):
        yield found.span("secret")
    for found in _STATED.finditer(text):
        kind = found.lastgroup or ""
        value = found[kind].rstrip(".,;:!?)'’…")
        if value and not (kind == "password" and value.casefold() in _NO_PASSWORD):
            yield found.start(kind), found.start(kind) + len(value)
    yield from (found.span() for found in _CARD.finditer(text) if _is_card(found.group()))
    yield from (found.span() for found in _IBAN.finditer(text) if _is_iban(found.group()))


def _is_card(written: str) -> bool:
    """Check the last digit (Luhn, ISO/IEC 7812-1)."""
    digits = [int(character) for character in written if character.isdecimal()]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])  # noqa: PLR2004 - the sum of two figures
    return len(digits) in _CARD_DIGITS and len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(written: str) -> bool:
    """Check the two digits after the country (mod 97, ISO 13616)."""
    number = "".join(written.split()).upper()
    figures = "".join(str(int(character, 36)) for character in number[4:] + number[:4] if character.isascii())
    return len(number) in range(15, 35) and int(figures) % 97 == 1
