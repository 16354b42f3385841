"""Statements that speak to an assistant instead of about a person: kept for the operator, never served."""

import re

_FLAGS = (
    (
        "role_tag",
        re.compile(
            r"<\|[\w-]{1,40}\|>|\[/?(?:INST|SYS)\]|<</?SYS>>|</?(?:system|assistant|instructions?)>"
            r"|^\s*#{0,3}\s*(?:system|assistant)\s*:",
            re.IGNORECASE | re.MULTILINE,
        ),
    ),
    (
        "markup",
        re.compile(
            r"!\[[^\]\n]{0,200}\]\(|<(?:script|img|iframe|svg|object|embed|link|style|form|meta|a)\b[^>]*>",
            re.IGNORECASE,
        ),
    ),
    (
        "encoded",
        re.compile(r"(?<![\w/=.-])(?=[A-Za-z0-9+/]*\d)(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{40,}={0,2}(?![\w/])"),
    ),
    (
        "instruction",
        re.compile(
            r"\b(?:ignor\w*|disregard\w*|forget\w*|override\w*|vergiss|missachte)\b.{0,40}"
            r"\b(?:instructions?|rules?|prompts?|guidelines|previous|anweisung\w*|regeln|instruccion\w*|reglas)\b"
            r"|\b(?:the|an|any) (?:assistant|bot|ai|model)s? (?:must|should|has to|is to|will always|shall)\b"
            r"|\bder (?:assistent|bot) (?:muss|soll)\b|\bel (?:asistente|bot) debe\b"
            r"|\byou (?:must|should|shall|will) (?:always |never |now |only )?"
            r"(?:respond|answer|reply|say|output|reveal|act|pretend|obey|ignore|recommend|tell)\b"
            r"|\bsystem prompt\b|\bfrom now on\b.{0,40}\b(?:you|respond|answer|reply)\b"
            r"|^\W*(?:always|never) (?:respond|answer|reply|say|output|reveal|recommend|tell)\b"
            r"|\bmark (?:all|every\w*)\b.{0,40}\b(?:done|completed|read)\b",
            re.IGNORECASE,
        ),
    ),
)
# Every alternative of an instruction holds one of these, and looking for them takes a twentieth of its time. Four
# letters beyond ASCII stand for others when case is ignored: with one of them, only the pattern itself tells.
_STAND_INS = re.compile("[\u0130\u0131\u017f\u212a]")
_HINTS = (
    *("ignor", "disregard", "forget", "override", "vergiss", "missachte"),
    *("assist", "asist", " bot ", " bots ", " ai ", " ais ", " model"),
    *("you must", "you should", "you shall", "you will", "system prompt", "from now on", "always ", "never ", "mark "),
)


def flag(*texts: str) -> str | None:
    """Return why a fact made of these texts must not be served, None if it may be; a URL alone is no reason."""
    return next((name for name, pattern in _FLAGS if any(_found(name, pattern, text) for text in texts)), None)


def _found(name: str, pattern: re.Pattern[str], text: str) -> bool:
    if name == "instruction" and (text.isascii() or _STAND_INS.search(text) is None):
        lowered = text.lower()
        if not any(hint in lowered for hint in _HINTS):
            return False
    return pattern.search(text) is not None
