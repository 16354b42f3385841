"""Which modes a bot's turn shows, from its surface: marks that any script has, and short word lists per language.

Modes, not a personality: text says too little about the Big Five (Akrami et al. 2019), so nothing here claims any. A
mode that needs words is unknown, not absent, in a language that we have no list for.
"""

# ruff: noqa: RUF001 - letters of other scripts are the data

import math
from collections.abc import Mapping, Sequence

from enrichment.engines.hearing import Heard
from enrichment.engines.reactions import Usual
from enrichment.engines.reading import Reading

TRAITS = ("warm", "playful", "inquisitive", "informative", "assertive", "reflective", "formal", "concise")
UNKNOWN = -1
_STANDS_OUT = 1.0
_SOME = 2
_WARM_LABELS = {"love", "joy", "caring", "gratitude", "admiration", "trust", "optimism"}
_HEARTS = set("❤🧡💛💚💙💜💕💖💗💞♥🤗🥰😘😍")

# Words are looked for between spaces, in Chinese anywhere. By language: warm, playful, assertive, reflective, formal.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "sorry to hear|glad|proud of you|i understand|here for you|thank you|take care|that must|well done|welcome",
        "haha|hahaha|lol|just kidding|hehe|teasing|silly",
        "you should|must|you need to|have to|make sure|definitely|never|always|don't",
        "maybe|perhaps|might|i think|i wonder|seems|could be|i guess|it depends",
        "please|kindly|regards|furthermore|would you|sincerely|therefore|however|shall",
    ),
    "de": (
        "tut mir leid|freut mich|verstehe|danke|lieb|stolz auf dich|alles gute|schön|herzlich|willkommen",
        "haha|hihi|lol|spaß|scherz|witzig|hehe",
        "du solltest|sie sollten|musst|müssen|unbedingt|auf jeden fall|immer|niemals",
        "vielleicht|glaube|ich denke|frage mich|wohl|könnte|möglicherweise|scheint|kommt darauf an",
        "bitte|sehr geehrte|ihnen|ihrer|ihre|freundlichen grüßen|jedoch|selbstverständlich",
    ),
    "es": (
        "lo siento|me alegro|te entiendo|gracias|cariño|orgulloso|ánimo|un abrazo|bienvenido|qué bien",
        "jaja|jajaja|jeje|broma|gracioso",
        "deberías|debes|tienes que|hay que|siempre|nunca|seguro|asegúrate",
        "quizás|quizá|tal vez|creo|pienso|me pregunto|parece|puede que|depende",
        "usted|ustedes|por favor|atentamente|estimado|estimada|sin embargo|le agradezco",
    ),
    "fr": (
        "désolé|ravi|je comprends|merci|courage|fier de toi|bravo|bienvenue|content pour",
        "haha|mdr|lol|ptdr|blague|rigole",
        "tu dois|vous devez|il faut|tu devrais|vous devriez|toujours|jamais|absolument",
        "peut-être|je pense|je crois|je me demande|il semble|sans doute|pourrait|ça dépend",
        "vous|veuillez|cordialement|monsieur|madame|toutefois|cependant|s'il vous plaît",
    ),
    "ru": (
        "мне жаль|рад|рада|понимаю|спасибо|горжусь|обнимаю|молодец|береги себя|сочувствую",
        "хаха|ахах|ахаха|хихи|лол|шучу|шутка",
        "нужно|надо|должен|должна|обязательно|всегда|никогда|следует",
        "может быть|возможно|наверное|думаю|кажется|пожалуй|интересно|вероятно",
        "пожалуйста|уважаемый|уважаемая|с уважением|благодарю|однако|вам|вас",
    ),
    "zh": (
        "抱歉|谢谢|加油|理解|高兴|辛苦|祝你|太好了|别难过|欢迎",
        "哈哈|嘿嘿|嘻嘻|开玩笑|逗你",
        "应该|必须|一定|务必|需要|总是|绝对",
        "也许|可能|或许|觉得|好像|大概|我想|不知道",
        "您|请|敬|此致|贵|然而",
    ),
}
_WORDED = (0, 1, 4, 5, 6)
# Phrases of one word between spaces are tokens, and looked up; all others are looked for, trait by trait.
_PHRASES = {
    language: {
        trait: tuple(
            phrase if language == "zh" else f" {phrase} "
            for phrase in phrases.split("|")
            if language == "zh" or " " in phrase
        )
        for trait, phrases in zip(_WORDED, lists, strict=True)
    }
    for language, lists in _WORDS.items()
}


def _traits_of_words(lists: Sequence[str]) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for trait, phrases in zip(_WORDED, lists, strict=True):
        for phrase in phrases.split("|"):
            found.setdefault(phrase, {})[trait] = 1
    return found


_OF_WORD = {language: {} if language == "zh" else _traits_of_words(lists) for language, lists in _WORDS.items()}


def shown(said: Heard, length: Usual) -> tuple[int, ...]:
    """Return for each trait whether a bot's turn shows it: 1, 0, or -1 if that cannot be known.

    ``length`` is the usual ln(1 + words) of the bot's turns, and is told of this one.
    """
    reading, mood = said.reading, said.mood
    off = length.standardised(math.log1p(len(reading.tokens)))
    worded = _worded(reading)
    is_warm = (mood is not None and mood.label in _WARM_LABELS) or not _HEARTS.isdisjoint(reading.emoji)
    is_playful = bool(reading.emoji) or reading.exclamations >= _SOME
    has_facts = reading.links > 0 or reading.numbers >= _SOME
    return (
        1 if is_warm else worded[0],
        1 if is_playful else max(worded[1], 0),
        int(reading.questions > 0),
        int(has_facts or off > _STANDS_OUT),
        worded[4],
        worded[5],
        worded[6],
        int(off < -_STANDS_OUT),
    )


def _worded(reading: Reading) -> dict[int, int]:
    lists = _PHRASES.get(reading.language or "")
    if lists is None:
        return dict.fromkeys(_WORDED, UNKNOWN)
    text = "".join(reading.tokens) if reading.language == "zh" else f" {' '.join(reading.tokens)} "
    found = {trait: _has_any(text, phrases) for trait, phrases in lists.items()}
    for traits in filter(None, map(_OF_WORD[reading.language or ""].get, reading.tokens)):
        found.update(traits)
    return found


def _has_any(text: str, phrases: tuple[str, ...]) -> int:
    # Not any(): a generator takes three times as long.
    for phrase in phrases:
        if phrase in text:
            return 1
    return 0
