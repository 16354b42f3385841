"""The items beside the facts: signals for the profile, and what each window was about."""

from typing import Any

from enrichment.digest.answer import ItemRefused, text, text_or_none, texts, whole_numbers
from enrichment.digest.evidence import cited, head
from enrichment.digest.flags import flag
from enrichment.digest.form import Preference, SignalKind
from enrichment.digest.languages import STOP_WORDS
from enrichment.digest.quotes import find
from enrichment.digest.transcript import Line, Transcript
from enrichment.digest.words import folded, length, words
from enrichment.domain.digest import Question, Refusal, Signal, WindowDigest
from enrichment.domain.facts import Certainty, Evidence

_NAME, _VALUE, _TITLE, _SUMMARY, _LINE = 80, 200, 160, 4_000, 400
_MOST_TOPICS, _MOST_LINES = 8, 12
_SUMMARY_WORDS = (2, 300)


def signal(item: Any, transcript: Transcript) -> Signal:  # noqa: ANN401 - the item is whatever a model wrote
    """Return the hint that an item gives; raises ``ItemRefused`` with the reason against it.

    A preference is one of a closed list; the name of an entity stands in the window.
    """
    name, value = text(item, "n", _NAME), text_or_none(item, "v", _VALUE) or ""
    kind = item.get("k")
    closed = {preference.value for preference in Preference} if kind == SignalKind.PREFERENCE else {name}
    if kind not in tuple(SignalKind) or not name or name not in closed or flag(name, value):
        raise ItemRefused(Refusal.MALFORMED)
    if transcript.tells_secret(name, value):
        raise ItemRefused(Refusal.SECRET)
    lines = [line for line in cited(transcript, whole_numbers(item, "m")) if line.by_user]
    known = transcript.names(lines[0].window)
    if kind == SignalKind.ENTITY and any(word not in known for word in words(folded(name)) if word not in STOP_WORDS):
        raise ItemRefused(Refusal.UNSUPPORTED_NAME)
    return Signal(kind=kind, name=name, value=value, evidence=tuple(_evidence(line, name) for line in lines))


def _evidence(line: Line, name: str) -> Evidence:
    """Quote the name where the line says it, else the line's beginning."""
    span = find(name, line.text)
    quote = line.text[span[0] : span[1]] if span else head(line.text)
    return Evidence.from_message(line.message, quote, Certainty.LIKELY)


def window(item: Any, transcript: Transcript) -> WindowDigest:  # noqa: ANN401 - see signal
    """Return what an item says of a window; raises ``ItemRefused`` with the reason against it.

    Of the small parts, those that speak to an assistant or hold a secret are left out.
    """
    title, summary = text(item, "title", _TITLE), text(item, "sum", _SUMMARY)
    number = item.get("w")
    if type(number) is not int or not title or not summary or flag(summary, title) not in {None, "instruction"}:
        raise ItemRefused(Refusal.MALFORMED)
    if not 1 <= number <= len(transcript.windows):
        raise ItemRefused(Refusal.UNKNOWN_WINDOW)
    fewest, most = length(summary)
    if most < _SUMMARY_WORDS[0] or fewest > _SUMMARY_WORDS[1]:
        raise ItemRefused(Refusal.LENGTH)
    if transcript.tells_secret(title, summary):
        raise ItemRefused(Refusal.SECRET)

    def fit(value: str | None) -> bool:
        return bool(value) and flag(value or "") is None and not transcript.tells_secret(value or "")

    tone = text_or_none(item, "tone", _NAME)
    asked = _questions(item.get("ask") or [])
    return WindowDigest(
        session_id=transcript.windows[number - 1].session_id,
        title=title,
        summary=summary,
        topics=tuple(filter(fit, texts(item, "topics", _MOST_TOPICS, _NAME))),
        tone=tone if fit(tone) else None,
        decisions=tuple(filter(fit, texts(item, "dec", _MOST_LINES, _LINE))),
        questions=tuple(Question(question=q, answer=a if fit(a) else None) for q, a in asked if fit(q)),
        ended=item.get("end") is True,
    )


def _questions(items: Any) -> list[tuple[str, str | None]]:  # noqa: ANN401 - see signal
    if not isinstance(items, list):
        raise ItemRefused(Refusal.MALFORMED)
    return [(text(item, "q", _LINE), text_or_none(item, "a", _LINE)) for item in items[:_MOST_LINES]]
