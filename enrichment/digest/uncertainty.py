"""Signs in somebody's words that they may not mean what they say: laughter, hedges, and what is only imagined.

They refuse nothing: people laugh about what is true. What each is worth is measured (`python -m bench.calibration`).
"""

# ruff: noqa: RUF001 - words of other scripts look like Latin letters, and are none

import re
from collections.abc import Iterator
from typing import Final

from enrichment.digest.words import content, folded

JOKE, HEDGE, HYPOTHETICAL = "joke", "hedge", "hypothetical"
_JOKES: Final = (
    r"\b(?:a?ha(?:ha)+h?|he(?:he)+|lo+l|lmao|rofl|xd+|jk|jaja(?:ja)*|kidding|joking|scherz|spaß(?: beiseite)?|broma"
    r"|blague|scherzo)\b|\b(?:а?ха(?:ха)+|шучу|шутка)\b|/s\b|哈哈|开玩笑|笑死|ههه|امزح|أمزح|[😂🤣😜😝😏😉🙃🤪]"
)
_HEDGES: Final = (
    r"\b(?:maybe|perhaps|possibly|probably|might|i guess|i suppose|not sure|kind of|sort of|supposedly|vielleicht"
    r"|womöglich|eventuell|vermutlich|quizás?|tal vez|a lo mejor|peut être|forse|talvez)\b"
    r"|\b(?:может быть|наверное|возможно|кажется|вроде)\b|可能|也许|大概|好像|ربما|أظن"
)
_IMAGINED: Final = (
    r"\b(?:if|imagine|suppose|pretend|wish|would|i'd|wenn|falls|würde|hätte|wäre|ojalá|tendría|sería|si tuviera)\b"
    r"|\b(?:если|бы)\b|如果|要是|假如|لو "
)
_HEDGING: Final = re.compile(_HEDGES)
_IMAGINING: Final = re.compile(_IMAGINED)
_LAUGHTER: Final = re.compile(_JOKES)
_CLAUSES: Final = re.compile(r"[,;:，；،]")
# "…, and I would not sell it": what is joined on says something else, whatever it says.
_JOINED_ON: Final = re.compile(r"[,;:，；،]\s*(?:and|but|so|und|aber|y|pero|et|mais|e|ma|mas|и|но|а)\b.*", re.DOTALL)
_READ_AT_MOST: Final = 2_000


def signs_of_doubt(sentence: str, message: str, quote: str) -> Iterator[str]:
    """Yield what a sentence shows of the quote in it, and whether its message shows a joke."""
    if _LAUGHTER.search(folded(message[:_READ_AT_MOST])):
        yield JOKE
    said = folded(sentence).replace("’", "'")
    before, found, after = said.partition(folded(quote).replace("’", "'"))
    after = _JOINED_ON.sub("", after)
    if _HEDGING.search(before + found) or any(map(_hedges_what_came_before, _CLAUSES.split(after))):
        yield HEDGE
    if _IMAGINING.search(before + found + after):
        yield HYPOTHETICAL


def _hedges_what_came_before(clause: str) -> bool:
    """Tell an afterthought ("…, or not sure, perhaps") from a hedge about another thing ("…, maybe we can try it")."""
    return bool(_HEDGING.search(clause)) and not content(_HEDGING.sub(" ", clause))
