"""What the fallback for messages without an emotion is worth: VADER on GoEmotions, beside always saying the same."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from bench.engines.authors import auc
from bench.engines.check import Check
from enrichment.adapters.sentiment import vader
from enrichment.engines.emotion import VALENCE
from enrichment.engines.reading import read

_UNDECIDED = 0.2
_VADER_NEUTRAL = 0.05
_SAMPLE = 500

Line = tuple[str, int]


def sentiment_is_told_from_words(data: Path) -> Iterator[Check]:
    """GoEmotions' test split; texts with pleasant and unpleasant labels at once are left out."""
    path = next(data.rglob("goemo_test.tsv"), None)
    if path is None:
        return
    lines = _lines(path)
    sample = sorted(lines, key=lambda line: hashlib.blake2b(line[0].encode()).digest())[:_SAMPLE]
    for name, of in ((f"{_SAMPLE} lines", sample), ("all lines", lines)):
        yield from _judged(name, of)
    english = fmean(read(text).language == "en" for text, _ in lines)
    yield Check(check="GoEmotions: texts that are known to be English", value=english)


def _judged(name: str, lines: Sequence[Line]) -> Iterator[Check]:
    sentiment = vader()
    guessed = [(sentiment(text), sign) for text, sign in lines]
    right = fmean(_sign(valence, _VADER_NEUTRAL) == sign for valence, sign in guessed)
    majority = max(Counter(sign for _, sign in lines).values()) / len(lines)
    yield Check(check=f"GoEmotions: right of three, {name}", value=right, low=0.60, naive=majority)
    split = auc([v for v, sign in guessed if sign > 0], [v for v, sign in guessed if sign < 0])
    yield Check(check=f"GoEmotions: AUC pleasant against unpleasant, {name}", value=split, low=0.87, naive=0.5)


def _lines(path: Path) -> list[Line]:
    labels = path.with_name("goemo_labels.txt").read_text(encoding="utf-8").split()
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        text, numbers, _ = line.rsplit("\t", 2)
        signs = {_sign(VALENCE[labels[int(each)]], _UNDECIDED) for each in numbers.split(",")}
        if not {1, -1} <= signs:
            found.append((text, sum(signs)))
    return found


def _sign(valence: float, undecided: float) -> int:
    return (valence > undecided) - (valence < -undecided)


REPLAYS = (sentiment_is_told_from_words,)
