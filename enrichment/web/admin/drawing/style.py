"""Engine 6 drawn: what marks the user's messages, and what they feel, as shares with their samples."""

from datetime import datetime

from enrichment.engines.style import FEWEST_FELT, FEWEST_MESSAGES, FEWEST_TOKENS
from enrichment.web.admin.drawing import axes
from enrichment.web.admin.drawing.charts import Bar, Bars, Drawing, Kept, Table, Values
from enrichment.web.admin.drawing.standing import absent, standing
from enrichment.web.admin.drawing.words import UNKNOWN, missing, number, percent, signed

NAME, TITLE = "style", "Communication style"
MOST_MOODS = 8
_RATES = (
    ("question_rate", "with a question"),
    ("exclaim_rate", "with an exclamation"),
    ("emoji_rate", "with emoji"),
    ("link_rate", "with a link"),
    ("caps_rate", "in capitals"),
)


def style(row: Kept | None, now: datetime) -> Drawing:
    """Draw how often messages have which mark, and the shares of moods where enough are known."""
    if row is None:
        return absent(NAME, TITLE, "No message has been looked at yet.")
    said = row.values["communication_style"]
    resting = standing(row, said, "messages of the user", now)
    mark = said["fingerprint"]
    if mark is None:
        return absent(NAME, TITLE, _too_few(said), resting)
    moods = said["emotional_engagement"]
    figures = [_rates(mark, said["n_messages"])]
    figures += [_moods(moods)] if moods and moods["shares"] else []
    return Drawing(
        name=NAME,
        title=TITLE,
        sentence=_sentence(mark, said),
        standing=resting,
        figures=tuple(figures),
        facts=_facts(said),
        table=Table(
            head=("part", "what", "value"),
            rows=tuple((figure.title, bar.label, bar.note) for figure in figures for bar in figure.bars),
        ),
    )


def _too_few(said: Values) -> str:
    if said["n_messages"] < FEWEST_MESSAGES:
        return missing("messages of the user", said["n_messages"], FEWEST_MESSAGES)
    return missing("words of the user", said["n_tokens"], FEWEST_TOKENS)


def _rates(mark: Values, n: float) -> Bars:
    return Bars(
        title="Messages by their marks",
        axis=axes.shares("share of messages", max(mark[name] for name, _ in _RATES)),
        bars=tuple(
            Bar(label=label, value=mark[name], note=f"{percent(mark[name])} of {number(n, 0)}")
            for name, label in _RATES
        ),
    )


def _moods(moods: Values) -> Bars:
    """Return the most frequent moods; labels that an agent gave come as they are."""
    shares = sorted(moods["shares"].items(), key=lambda each: (-each[1], each[0]))[:MOST_MOODS]
    return Bars(
        title="Moods",
        axis=axes.shares("share of moods", shares[0][1]),
        bars=tuple(
            Bar(label=label, value=share, note=f"{percent(share)} of {number(moods['n'], 0)}")
            for label, share in shares
        ),
    )


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
