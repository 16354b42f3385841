"""VADER's lexicon as the fallback for the mood of English messages; an extra, because few installations need it."""

from enrichment.engines.emotion import Sentiment
from enrichment.errors import ConfigurationError


def vader() -> Sentiment:
    """Return a function from an English text to its valence, -1 to 1; reads the lexicon once.

    Raises:
        ConfigurationError: The extra is not installed.
    """
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415 - an optional dependency
    except ImportError as missing:
        raise ConfigurationError("the sentiment fallback needs an extra: enrichment[sentiment]") from missing
    analyser = SentimentIntensityAnalyzer()
    return lambda text: float(analyser.polarity_scores(text)["compound"])
