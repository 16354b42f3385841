"""Engine 6 drawn: what marks the user's messages, and what they feel, as shares with their samples."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from enrichment.engines.style import FEWEST_FELT, FEWEST_MESSAGES, FEWEST_TOKENS
from enrichment.web.admin.drawing import axes
from enrichment.web.admin.drawing.charts import Bar, Bars, Drawing, Kept, Table, Values
from enrichment.web.admin.drawing.standing import absent, standing
from enrichment.web.admin.drawing.words import UNKNOWN, missing, number, percent, signed

NAME, TITLE = "style", "Communication style"
MOST_MOODS = 8
MOST_CHARACTERS = 18
_RATES = (
    ("question_rate", "question"),
    ("exclaim_rate", "exclamation"),
    ("emoji_rate", "emoji"),
    ("link_rate", "link"),
    ("caps_rate", "capitals"),
)

Shares = Sequence[tuple[str, float]]


def style(row: Kept | None, now: datetime) -> Drawing:
    """Draw how often messages have which mark, and the shares of moods where enough are known."""
    if row is None or row.values["communication_style"] is None:
        return absent(NAME, TITLE, "No message has been looked at yet.")
    said = row.values["communication_style"]
    resting = standing(row, said, "messages of the user", now)
    mark = said["fingerprint"]
    if mark is None:
        return absent(NAME, TITLE, _too_few(said), resting)
    marks = [(label, mark[name]) for name, label in _RATES]
    figures = [_bars("Messages with a mark", "share of messages", marks, said["n_messages"])]
    tables = [_rows("messages with a mark", marks, said["n_messages"])]
    moods = said["emotional_engagement"]
    if moods and moods["shares"]:
        shares = sorted(moods["shares"].items(), key=lambda each: (-each[1], each[0]))
        figures.append(_bars("Moods", "share of moods", shares[:MOST_MOODS], moods["n"]))
        tables.append(_rows("moods", shares, moods["n"]))
    return Drawing(
        name=NAME,
        title=TITLE,
        sentence=_sentence(mark, said),
        standing=resting,
        figures=tuple(figures),
        facts=_facts(said),
        table=Table(head=("part", "what", "share"), rows=tuple(chain.from_iterable(tables))),
    )


def _bars(title: str, unit: str, shares: Shares, n: float) -> Bars:
    return Bars(
        title=title,
        axis=axes.shares(unit, max(share for _, share in shares)),
        bars=tuple(Bar(label=_shortened(label), value=share, note=_of(share, n)) for label, share in shares),
    )


def _rows(part: str, shares: Shares, n: float) -> list[tuple[str, ...]]:
    return [(part, label, _of(share, n)) for label, share in shares]


def _of(share: float, n: float) -> str:
    return f"{percent(share)} of {number(n, 0)}"


def _too_few(said: Values) -> str:
    if said["n_messages"] < FEWEST_MESSAGES:
        return missing("messages of the user", said["n_messages"], FEWEST_MESSAGES)
    return missing("words of the user", said["n_tokens"], FEWEST_TOKENS)


def _shortened(label: str) -> str:
    """Return a label as it has room beside a bar; agents give moods names of their own."""
    return label if len(label) <= MOST_CHARACTERS else f"{label[: MOST_CHARACTERS - 1]}…"


def _sentence(mark: Values, said: Values) -> str:
    length = f"Half of the messages have up to {number(mark['words_median'], 0)} words, nine of ten up to "
    depth = said["preferred_depth"]["label"]
    liked = f"; conversations are {depth} beside those of the bot's other users" if depth else ""
    return f"{length}{number(mark['words_p90'], 0)}; {percent(mark['question_rate'])} ask something{liked}."


def _facts(said: Values) -> tuple[tuple[str, str], ...]:
    mark, moods = said["fingerprint"], said["emotional_engagement"]
    felt = (
        f"{UNKNOWN} (needs {FEWEST_FELT})"
        if not moods
        else f"{signed(moods['mean_valence'])} from −1 to 1, spread {number(moods['variability'], 2)}"
    )
    return (
        ("language", mark["language"] or UNKNOWN),
        ("distinct words of 50", percent(mark["mattr"])),
        ("readability (LIX)", number(mark["lix"], 0)),
        ("likeness to the bot", percent(mark["lsm_with_bot"])),
        ("mood", felt),
        ("best length of an answer", _length(said["optimal_response_length"])),
    )


def _length(best: Values | None) -> str:
    if best is None:
        return UNKNOWN
    words = f"{number(best['words'], 0)} words"
    if not best["identified"]:
        return f"no length is known to be better; usual are {words}"
    return f"{words} ({number(best['low'], 0)} to {number(best['high'], 0)}), n {number(best['n'], 0)}"
