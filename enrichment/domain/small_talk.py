"""Words that teach nothing about anybody: greetings, thanks, laughter, farewells, and a yes to nothing."""

# ruff: noqa: RUF001 - words of other scripts look like Latin letters, and are none

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from typing import Final

_MOST_WORDS = 10
_MOST_CHARACTERS = 120


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A straight list, a language a line: what makes a text small talk.
_COURTESIES: Final = _set(
    """hi hello hey heya hiya howdy yo greetings welcome thanks thank thx ty tysm cheers bye goodbye cya farewell
    goodnight gn gm sorry pardon please congrats congratulations oops ouch aww hmm hm ah oh ooh uh um huh meh ugh
    wow yay yikes
    hallo servus moin danke dankeschön tschüss tschüß ciao tschau willkommen entschuldigung bitte glückwunsch aha
    ach oje
    hola buenas gracias adiós chao chau bienvenido perdón guau vaya felicidades
    bonjour salut bonsoir merci revoir bienvenue félicitations coucou
    salve buongiorno buonasera buonanotte grazie arrivederci scusa prego complimenti
    olá oi obrigado obrigada tchau desculpa parabéns valeu
    hoi doei dankjewel bedankt welterusten goedemorgen
    hejsan tack hejdå godnatt cześć hej dzięki dziękuję dobranoc przepraszam
    привет здравствуйте спасибо пока извини привіт дякую бувай
    merhaba selam teşekkürler teşekkür sağol günaydın hoşçakal
    مرحبا شكرا سلام नमस्ते धन्यवाद שלום תודה γεια ευχαριστώ"""
)
# What may stand beside it.
_FILLERS: Final = _set(
    """a an the and to you u your ya so very much many lot lots again too all everyone everybody guys there then dear
    friend buddy mate pal man dude good have day one for that this it is was s re are how ve been see soon later
    take care well real really of course no problem worries back meet talk with help advice hear sleep answer reply
    in
    up what same here my pleasure
    guten gute guter gutes schönen schöne schönes dir dich euch ihnen ihr auch sehr vielen viele dank lieb liebe
    liebes tag noch und bis bald später wie geht es für die das den hilfe antwort gern gerne herzlichen
    muchas muchísimas mil por la tu ayuda qué tal cómo estás buenos hasta luego pronto de nada igual y
    beaucoup bien bonne bon journée soirée à bientôt pour ton aide au très ça va comment vas et toi mille
    molto buona giornata serata presto per l aiuto come stai bene e anche te
    muito muita pela ajuda tudo bem você até logo dia
    je wel tot hoe gaat het så mycket hur mår du bra dig vi ses bardzo do jak się masz
    большое тебе вам и как дела хорошо до за помощь ederim çok iyi nasılsın"""
)
# What answers a question, if there was one: a yes, a no, praise.
_ASSENTS: Final = _set(
    """yes yeah yea yep yup no nope nah ok okay okey k kk sure right exactly true indeed absolutely definitely totally
    agreed fine understood got gotcha alright will do noted maybe perhaps cool nice great awesome amazing lovely
    perfect wonderful fantastic brilliant excellent sweet
    ja jo nein nee klar genau stimmt richtig gut alles verstanden doch vielleicht super toll prima klasse schön
    wunderbar perfekt
    sí si vale claro exacto bueno entendido genial perfecto oui non ouais d accord sûr exactement parfait génial
    certo sì va d'accordo esatto bello perfetto fantastico sim não tá beleza entendi ótimo legal perfeito
    oké goed precies leuk mooi geweldig nej tak nie dobrze jasne świetnie да нет ладно конечно понятно круто отлично
    класс супер так ні добре evet hayır tamam peki harika"""
)
# Of words that say something by themselves: "when?" "in the morning".
_GREETING = re.compile(
    r"\b(?:good ?(?:morning|evening|night|afternoon|day)|guten (?:morgen|tag|abend)|gute ?nacht|grüß (?:gott|dich)|"
    r"buenos d[ií]as|buenas (?:noches|tardes)|bonne nuit|bom dia|boa (?:noite|tarde)|доброе утро|добрый (?:день|вечер)|"
    r"спокойной ночи|dzień dobry|god (?:morgon|natt|kväll)|goede(?:morgen|navond|nacht)|iyi (?:geceler|günler)|"
    r"добр(?:ого|ий) (?:ранку|ранок|дня|вечора|вечір))\b"
)
_LAUGHTER = re.compile(
    r"(?:ha|he|hi|ho|ja|je|ji|xa|ах|ха|хе|kk|ㅋ|ㅎ|w|lo|l){2,}h?|lo+l+|lmf?ao+|rofl|xd+|[hm]+m+|a+h+|o+h+|w+o+w+|y+a+y+|a+w+"
)
_UNSPACED = re.compile(
    "谢谢|謝謝|多谢|你好|您好|再见|再見|你|早上好|晚上好|晚安|哈+|嗨|不客气|不客氣|太好了|真棒|"
    "ありがとう(?:ございます|ございました)?|こんにちは|こんばんは|おはよう(?:ございます)?|おやすみ(?:なさい)?|さようなら|またね|すごい|笑+|"
    "안녕(?:하세요|히\\s?가세요)?|감사합니다|고마워요?|잘\\s?자요?|ㅋ+|ㅎ+"
)
_WORD = re.compile(r"[^\W\d_]+")
_QUESTION = re.compile("[?？؟]")


def is_small_talk(text: str, names: Collection[str] = ()) -> bool:
    """Whether a text holds nothing but courtesies; ``names`` (folded words) may be in it. Agreement counts as one.

    A number, an address, or any word that we do not know makes it more than that.
    """
    if len(text) > _MOST_CHARACTERS:
        return False
    folded = unicodedata.normalize("NFKC", text).casefold()
    if any(character.isdecimal() for character in folded) or "://" in folded:
        return False
    words = _words(folded)
    if len(words) > _MOST_WORDS:
        return False
    kinds = [_kind(word) for word in words if word not in names]
    return None not in kinds and (not words or not kinds or "courtesy" in kinds or "assent" in kinds)


def may_agree(text: str) -> bool:
    """Whether small talk may be the answer to a question: a yes, a no, or a sign in place of one."""
    words = _words(unicodedata.normalize("NFKC", text).casefold())
    return not any(_kind(word) == "courtesy" for word in words)


def asks(text: str) -> bool:
    """Whether a text holds a question."""
    return _QUESTION.search(text) is not None


def _words(folded: str) -> list[str]:
    greeted = _GREETING.sub(" hi ", folded)
    return _WORD.findall(_UNSPACED.sub(" hi ", greeted))


@lru_cache(maxsize=4_096)
def _kind(word: str) -> str | None:
    if word in _COURTESIES or _LAUGHTER.fullmatch(word):
        return "courtesy"
    if word in _ASSENTS:
        return "assent"
    return "filler" if word in _FILLERS else None
