"""The words for times in English, German and Spanish, each with the one form that the date resolver knows."""

from typing import Final


def _forms(lines: str) -> dict[str, str]:
    pairs = (line.split("=") for line in lines.strip().splitlines())
    return {word: form.strip() for form, words in pairs for word in words.split()}


# A straight list: what stands on the left is the resolver's form; months are m1 to m12, weekdays d0 (Monday) to d6.
FORMS: Final = _forms("""
    yesterday = yesterday gestern ayer
    today = today tonight heute hoy
    tomorrow = tomorrow morgen mañana
    daybefore = vorgestern anteayer
    dayafter = übermorgen
    last = last past previous letzte letzten letzter letztes letztem vorige vorigen voriges vorigem vergangene \
vergangenen pasado pasada pasados pasadas último última
    next = next coming nächste nächsten nächster nächstes nächstem kommende kommenden kommendes próximo próxima
    this = this current diese diesen dieser dieses diesem este esta
    ago = ago vor hace
    before = before
    in = in within en dentro
    since = since seit desde
    until = until till til bis hasta
    to = to a
    from = from von
    day = day days tag tage tagen día días dia dias
    week = week weeks woche wochen semana semanas
    weekend = weekend wochenende finde
    month = month months monat monate monaten monats mes meses
    year = year years yr yrs jahr jahre jahren jahres año años
    1 = one einem einer eine ein einen un una
    2 = two couple zwei dos
    3 = three drei tres
    4 = four vier cuatro
    5 = five fünf cinco
    6 = six sechs seis
    7 = seven sieben siete
    8 = eight acht ocho
    9 = nine neun nueve
    10 = ten zehn diez
    11 = eleven elf once
    12 = twelve zwölf doce
    d0 = monday mondays montag lunes
    d1 = tuesday dienstag martes
    d2 = wednesday mittwoch miércoles
    d3 = thursday donnerstag jueves
    d4 = friday freitag viernes
    d5 = saturday samstag sonnabend sábado
    d6 = sunday sonntag domingo
    m1 = january jan januar jänner enero
    m2 = february feb februar febrero
    m3 = march mar märz marzo
    m4 = april apr abril
    m5 = may mai mayo
    m6 = june jun juni junio
    m7 = july jul juli julio
    m8 = august aug agosto
    m9 = september sep sept septiembre
    m10 = october oct oktober okt octubre
    m11 = november nov noviembre
    m12 = december dec dezember dez diciembre
""")

# Left out before anything is compared: grammar, and parts of the day, which are finer than a fact needs.
IGNORED: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "on",
        "at",
        "of",
        "it",
        "that",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "am",
        "im",
        "zum",
        "el",
        "la",
        "los",
        "las",
        "lo",
        "de",
        "del",
        "fin",
        "que",
        "viene",
        "morning",
        "afternoon",
        "evening",
        "night",
        "noon",
        "early",
        "late",
        "around",
        "about",
        "during",
        "just",
        "back",
        "früh",
        "abend",
        "abends",
        "nachmittag",
        "vormittag",
        "nacht",
        "noche",
        "tarde",
        "por",
        "para",
        "um",
        "gegen",
    ]
)
