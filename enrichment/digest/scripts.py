"""Which script a text is written in; what belongs to one writing system counts as one."""

import re
from collections import Counter
from typing import Final

_RANGES: Final = {
    "latin": "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "cyrillic": "\u0400-\u052f",
    "armenian": "\u0530-\u058f",
    "hebrew": "\u0590-\u05ff",
    "arabic": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff",
    "indic": "\u0900-\u0dff",
    "thai": "\u0e00-\u0eff",
    "georgian": "\u10a0-\u10ff",
    "hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "east_asian": "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
}
_RUNS: Final = re.compile("|".join(f"(?P<{name}>[{characters}]+)" for name, characters in _RANGES.items()))


def scripts(text: str) -> Counter[str]:
    """Count the letters of a text by script; those of no script that we know are left out."""
    if text.isascii():
        letters = sum(map(str.isalpha, text))
        return Counter(latin=letters) if letters else Counter()
    counts: Counter[str] = Counter()
    for run in _RUNS.finditer(text):
        counts[run.lastgroup or ""] += len(run.group())
    return counts
