"""What the offline model understands: first-person sentences in English, German and Spanish, and marks of unreality."""

import re
from dataclasses import dataclass
from typing import Final

from enrichment.domain.facts import Category

_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_PET = "dog|cat|puppy|kitten|rabbit|hamster|horse|parrot|turtle|fish|pet"
_NAMED = r"(?:,? (?:named |called )?(?-i:[A-Z])\w+(?: and (?-i:[A-Z])\w+)*)?"
# Where the object of a sentence ends: at punctuation, at a word that begins something new, and at words for a time.
_END = (
    r"(?=\s*(?:[.,;:!?()\n\"“”]|[-–—] |$)|\s+(?:and (?:i|we|my|have|love|am)|but|because|so|when|while|which|"
    r"since|until|though|too|now|right now|as well|by the way|any ?more|again|at the moment|these days|with my|"
    r"for (?:my|the|our)|yesterday|today|tomorrow|lately|together|"
    rf"(?:last|next) \w+|this (?:week|month|year|summer|winter|weekend)|(?:\w+) (?:days?|weeks?|months?|years?) ago|"
    rf"in (?:\d{{4}}|{_MONTH})|"
    rf"on {_DAY}|"
    r"und|aber|weil|denn|sehr|gern|seit|bis|gestern|heute|morgen|(?:letzte|nächste)\w* \w+|vor \w+ \w+|im [A-Z]\w+|"
    r"y|pero|porque|desde|hasta|ayer|hoy|mañana|hace \w+ \w+)\b)"
)
# With these nothing begins that can stand by itself.
_NO_OBJECT = (
    "not|nicht|no|it|that|this|these|those|you|him|her|them|to|for|was|were|is|are|how|what|when|all|and|remind\\w*|"
    "yesterday|today|tomorrow|es|das|dich|dass|lo|eso|que|mich|euch|te"
)
OBJECT: Final = rf"(?P<o>(?!(?:{_NO_OBJECT})\b)[\w'’][^.,;:!?()\n\"“”]{{0,60}}?)" + _END
_OFTEN = r"(?:(?:really|just|also|still|currently|now|actually|recently|always|absolutely|finally|probably|maybe) )*"
_I = rf"(?:i|we) {_OFTEN}"
_AM = rf"(?:i(?:'|’)?m|i am) {_OFTEN}"
_WORK = (
    "nurse|teacher|engineer|developer|programmer|designer|doctor|lawyer|student|writer|artist|musician|chef|cook|baker|"
    "driver|scientist|researcher|accountant|manager|photographer|electrician|plumber|carpenter|pilot|farmer|librarian|"
    "journalist|architect|dentist|therapist|psychologist|veterinarian|firefighter|paramedic|pharmacist|translator"
)
_RELATIVE = (
    "sister|brother|mother|mom|mum|father|dad|daughter|son|wife|husband|partner|girlfriend|boyfriend|friend|"
    "best friend|grandmother|grandma|grandfather|grandpa|aunt|uncle|cousin|niece|nephew"
)
_VERWANDT = "Schwester|Bruder|Mutter|Vater|Tochter|Sohn|Frau|Mann|Partnerin|Partner|Freundin|Freund|Oma|Opa|Tante|Onkel"
_PARIENTE = "hermana|hermano|madre|padre|hija|hijo|esposa|esposo|mujer|marido|novia|novio|amiga|amigo|abuela|abuelo"
_NAME = r"(?P<o>[^\W\d_a-z][\w’'-]{1,30}(?: [^\W\d_a-z][\w’'-]{1,30})?)\b"


@dataclass(frozen=True, slots=True)
class Rule:
    """A first-person pattern, and the fact it gives.

    ``pattern`` has the group ``o`` for the object, and may have ``r`` for a relative, ``n`` for their name, ``x`` for
    the claim's aspect and ``f`` for the object that was given up; ``predicate`` and ``statement`` are filled with them
    and with ``who``. ``of_another``: it is about the relative, not about the speaker.
    """

    language: str
    pattern: re.Pattern[str]
    predicate: str
    category: Category
    statement: str
    of_another: bool = False


def _rule(language: str, pattern: str, predicate: str, category: Category, statement: str) -> Rule:
    return Rule(language, re.compile(rf"(?<![\w'’]){pattern}", re.IGNORECASE), predicate, category, statement)


def _named(language: str, pattern: str, predicate: str, category: Category, statement: str) -> Rule:
    """Return a rule that ends in a name, for which capitals count."""
    pattern = rf"(?<![\w'’])(?i:{pattern}){_NAME}"
    return Rule(language, re.compile(pattern), predicate, category, statement)


def _of_relative(language: str, verb: str, predicate: str, statement: str) -> Rule:
    """Return a rule for what is told of a relative, with their name or without."""
    whose = {"en": f"my (?P<r>{_RELATIVE})", "de": f"meine? (?P<r>{_VERWANDT})", "es": f"mi (?P<r>{_PARIENTE})"}[
        language
    ]
    pattern = rf"(?<![\w'’]){whose}(?: (?P<n>(?-i:[A-Z])[\w’'-]+))? {verb} {OBJECT}"
    return Rule(
        language, re.compile(pattern, re.IGNORECASE), predicate, Category.RELATIONSHIP, statement, of_another=True
    )


_C = Category
# A straight list: one line for each way to say something of oneself; of those that begin alike the more special first.
RULES: Final = (
    _named("en", r"my name(?: is|['’]s) ", "is_named", _C.IDENTITY, "{who} is named {o}."),
    _named("en", r"(?:you can )?call me ", "is_named", _C.IDENTITY, "{who} wants to be called {o}."),
    _rule("en", rf"{_AM}(?P<o>\d{{1,3}}) years old", "age", _C.IDENTITY, "{who} is {o} years old."),
    _rule("en", rf"i was born (?:in|on) {OBJECT}", "born_in", _C.IDENTITY, "{who} was born in {o}."),
    _rule("en", rf"{_AM}(?:originally )?from {OBJECT}", "born_in", _C.IDENTITY, "{who} is from {o}."),
    _rule("en", rf"i used to live in {OBJECT}", "lived_in", _C.HOME, "{who} used to live in {o}."),
    _rule("en", rf"{_I}(?:have )?moved (?:from [\w ]{{1,40}}? )?to {OBJECT}", "lives_in", _C.HOME,
          "{who} moved to {o}."),
    _rule("en", rf"{_I}live (?:in|near) {OBJECT}", "lives_in", _C.HOME, "{who} lives in {o}."),
    _rule("en", rf"{_AM}living in {OBJECT}", "lives_in", _C.HOME, "{who} is living in {o}."),
    _rule("en", rf"{_I}work as {OBJECT}", "works_as", _C.WORK, "{who} works as {o}."),
    _rule("en", rf"{_AM}(?P<o>an? (?:[\w-]+ ){{0,2}}(?:{_WORK}))\b", "works_as", _C.WORK, "{who} works as {o}."),
    _rule("en", rf"{_I}work (?:at|for) {OBJECT}", "works_at", _C.WORK, "{who} works at {o}."),
    _rule("en", rf"{_AM}working (?:at|for) {OBJECT}", "works_at", _C.WORK, "{who} is working at {o}."),
    _rule("en", rf"{_I}(?:started|got) (?:a new job|working) at {OBJECT}", "works_at", _C.WORK, "{who} works at {o}."),
    _rule("en", rf"{_I}(?:am studying|study|studied) {OBJECT}", "studies", _C.SKILL, "{who} studies {o}."),
    _rule("en", rf"{_AM}(?:studying|learning) {OBJECT}", "studies", _C.SKILL, "{who} is learning {o}."),
    _rule("en", rf"i speak {OBJECT}", "speaks", _C.SKILL, "{who} speaks {o}."),
    _rule("en", rf"i switched (?:from (?P<f>[\w +#]{{1,30}}?) )?to {OBJECT}", "uses", _C.SKILL,
          "{who} switched to {o}."),
    _rule("en", rf"i use {OBJECT}", "uses", _C.SKILL, "{who} uses {o}."),
    _rule("en", rf"i play (?:the )?{OBJECT}", "does", _C.INTEREST, "{who} plays {o}."),
    _rule("en", r"i (?:have )?(?:started|took up) (?P<o>[a-z]+ing)(?=[.,;!]| (?:last|yesterday|this|in)\b|$)", "does",
          _C.INTEREST,
          "{who} started {o}."),
    _rule("en", rf"{_AM}allergic to {OBJECT}", "allergic_to", _C.HEALTH, "{who} is allergic to {o}."),
    _rule("en", rf"{_AM}(?:an? )?(?P<o>vegetarian|vegan|pescatarian)\b", "diet", _C.HEALTH, "{who} is {o}."),
    _rule("en", rf"{_I}(?:have|had|got|adopted) (?P<o>(?:an?|one|two|three|four|\d) (?:[\w-]+ )?(?:{_PET})s?{_NAMED})",
          "has_pet", _C.POSSESSION, "{who} has {o}."),
    _rule("en", rf"{_I}have (?P<o>(?:an?|one|two|three|four|five|\d) (?:[\w-]+ )?(?:son|daughter|kid|child|children|"
          r"sister|brother|sibling)s?)\b", "has_relative", _C.RELATIONSHIP, "{who} has {o}."),
    _rule("en", rf"{_I}own {OBJECT}", "owns", _C.POSSESSION, "{who} owns {o}."),
    _rule("en", rf"{_I}bought {OBJECT}", "owns", _C.POSSESSION, "{who} bought {o}."),
    _named("en", rf"my (?P<r>{_RELATIVE})(?: is called | is named |['’]s name is )", "has_relative/{r}",
           _C.RELATIONSHIP, "{who} has a {r} named {o}."),
    _named("en", rf"my (?P<r>{_RELATIVE}) ", "has_relative/{r}", _C.RELATIONSHIP, "{who} has a {r} named {o}."),
    _rule("en", rf"my (?:favorite|favourite) (?P<x>[\w -]{{1,30}}?) is {OBJECT}", "favourite/{x}", _C.PREFERENCE,
          "{who}'s favourite {x} is {o}."),
    _rule("en", rf"(?:{_I}(?:do(?:n['’]t| not)) (?:really )?like|i can['’]t stand|{_I}(?:hate|dislike)) {OBJECT}",
          "dislikes", _C.PREFERENCE, "{who} does not like {o}."),
    _rule("en", rf"{_I}(?:love|like|enjoy|adore) {OBJECT}", "likes", _C.PREFERENCE, "{who} likes {o}."),
    _rule("en", rf"(?:{_I}(?:plan|intend|am planning) to|{_AM}(?:planning|going) to) (?!an? |the ){OBJECT}",
          "plans", _C.PLAN, "{who} plans to {o}."),
    _rule("en", rf"{_I}want to {OBJECT}", "wants", _C.PLAN, "{who} wants to {o}."),
    _named("de", r"(?:ich heiße|mein name ist) ", "is_named", _C.IDENTITY, "{who} heißt {o}."),
    _rule("de", r"ich bin (?P<o>\d{1,3}) (?:jahre alt)?", "age", _C.IDENTITY, "{who} ist {o} Jahre alt."),
    _rule("de", rf"ich komme aus {OBJECT}", "born_in", _C.IDENTITY, "{who} kommt aus {o}."),
    _rule("de", rf"(?:ich|wir) (?:wohnen?|leben?) (?:jetzt )?in {OBJECT}", "lives_in", _C.HOME, "{who} wohnt in {o}."),
    _rule("de", r"(?:ich bin|wir sind) (?:\w+ ){0,2}nach (?P<o>[\w-]+) (?:um)?gezogen", "lives_in", _C.HOME,
          "{who} ist nach {o} gezogen."),
    _rule("de", rf"ich arbeite als {OBJECT}", "works_as", _C.WORK, "{who} arbeitet als {o}."),
    _rule("de", rf"ich arbeite (?:jetzt )?(?:bei|für) {OBJECT}", "works_at", _C.WORK, "{who} arbeitet bei {o}."),
    _rule("de", rf"ich spreche {OBJECT}", "speaks", _C.SKILL, "{who} spricht {o}."),
    _rule("de", rf"(?:ich |(?<=und ))lerne (?:gerade )?{OBJECT}", "studies", _C.SKILL, "{who} lernt {o}."),
    _rule("de", rf"ich spiele {OBJECT}", "does", _C.INTEREST, "{who} spielt {o}."),
    _rule("de", r"ich habe (?P<o>(?:eine?n?|zwei|drei|\d) (?:hunde?|katzen?|pferde?|kaninchen))\b", "has_pet",
          _C.POSSESSION, "{who} hat {o}."),
    _named("de", rf"meine? (?P<r>{_VERWANDT}) heißt ", "has_relative/{r}", _C.RELATIONSHIP, "{o} ist {r} von {who}."),
    _rule("de", r"ich mag (?P<o>[\w-]+(?: [\w-]+)?) nicht\b", "dislikes", _C.PREFERENCE, "{who} mag {o} nicht."),
    _rule("de", rf"ich hasse {OBJECT}", "dislikes", _C.PREFERENCE, "{who} hasst {o}."),
    _rule("de", rf"ich (?:mag|liebe) {OBJECT}", "likes", _C.PREFERENCE, "{who} mag {o}."),
    _named("es", r"me llamo ", "is_named", _C.IDENTITY, "{who} se llama {o}."),
    _rule("es", r"tengo (?P<o>\d{1,3}) años", "age", _C.IDENTITY, "{who} tiene {o} años."),
    _rule("es", rf"(?:yo )?vivo en {OBJECT}", "lives_in", _C.HOME, "{who} vive en {o}."),
    _rule("es", rf"me mud[eé] a {OBJECT}", "lives_in", _C.HOME, "{who} se mudó a {o}."),
    _rule("es", rf"trabajo como {OBJECT}", "works_as", _C.WORK, "{who} trabaja como {o}."),
    _rule("es", rf"trabajo (?:en|para) {OBJECT}", "works_at", _C.WORK, "{who} trabaja en {o}."),
    _rule("es", rf"hablo {OBJECT}", "speaks", _C.SKILL, "{who} habla {o}."),
    _rule("es", rf"(?:estudio|estoy aprendiendo) {OBJECT}", "studies", _C.SKILL, "{who} estudia {o}."),
    _rule("es", r"tengo (?P<o>(?:una?|dos|tres|\d) (?:perr|gat)[oa]s?)\b", "has_pet", _C.POSSESSION,
          "{who} tiene {o}."),
    _named("es", rf"mi (?P<r>{_PARIENTE}) se llama ", "has_relative/{r}", _C.RELATIONSHIP, "{o} es {r} de {who}."),
    _rule("es", rf"(?:no me gustan?|odio) {OBJECT}", "dislikes", _C.PREFERENCE, "A {who} no le gusta {o}."),
    _rule("es", rf"me (?:gustan?|encantan?) {OBJECT}", "likes", _C.PREFERENCE, "A {who} le gusta {o}."),
    _of_relative("en", "(?:lives|is living) (?:in|near)", "lives_in", "{who}'s {r} {n} lives in {o}."),
    _of_relative("en", "(?:has )?(?:just )?moved to", "lives_in", "{who}'s {r} {n} moved to {o}."),
    _of_relative("en", "works as", "works_as", "{who}'s {r} {n} works as {o}."),
    _of_relative("en", "works (?:at|for)", "works_at", "{who}'s {r} {n} works at {o}."),
    _of_relative("en", "(?:really )?(?:loves|likes|enjoys)", "likes", "{who}'s {r} {n} likes {o}."),
    _of_relative("en", "(?:hates|dislikes|doesn['’]t like|does not like|can['’]t stand)", "dislikes",
                 "{who}'s {r} {n} does not like {o}."),
    _of_relative("en", "is allergic to", "allergic_to", "{who}'s {r} {n} is allergic to {o}."),
    _of_relative("en", "plays(?: the)?", "does", "{who}'s {r} {n} plays {o}."),
    _of_relative("en", "speaks", "speaks", "{who}'s {r} {n} speaks {o}."),
    _of_relative("de", "(?:wohnt|lebt)(?: jetzt)? in", "lives_in", "{r} {n} von {who} wohnt in {o}."),
    _of_relative("de", "arbeitet als", "works_as", "{r} {n} von {who} arbeitet als {o}."),
    _of_relative("de", "(?:mag|liebt)", "likes", "{r} {n} von {who} mag {o}."),
    _of_relative("es", "vive en", "lives_in", "{r} {n} de {who} vive en {o}."),
    _of_relative("es", "trabaja como", "works_as", "{r} {n} de {who} trabaja como {o}."),
)  # fmt: skip

# Before the first person of a main clause; after anything else it may be a relative one ("the bag I bought").
OPENINGS: Final = frozenset(
    word
    for words in (
        "and but so because that since also well yes yeah oh ok okay hi hey hello actually honestly think guess know",
        "then now today yesterday lately recently currently still really probably maybe perhaps btw way",
        "und aber weil denn dass ja also y pero porque que sí hola",
    )
    for word in words.split()
)
# An object that holds one of these is about somebody else, or was turned around by the third person.
PERSONAL: Final = re.compile(
    r"\b(?:i|me|my|mine|us|our|we|you|your|mich|mir|mein\w*|uns\w*|mi|mis|tu)\b", re.IGNORECASE
)
# A sentence with one of these tells of no fact: conditions, wishes, what others say, and sayings.
UNREAL: Final = re.compile(
    r"\b(?:if|would|could|might|wish|imagine|suppose|pretend\w*|what if|hypothetically|in a (?:dream|game|story)|"
    r"dreamt|said|says|told me|thinks i|he thinks|she thinks|claims|quote|wenn|falls|würde\w*|könnte\w*|"
    r"hätte\w*|wäre\w*|stell dir|angeblich|sagt\w*|si yo|si fuera|ojalá|sería|tendría|podría|dice\w*|dijo)\b|[\"“”„]",
    re.IGNORECASE,
)
# A message with one of these is a joke, and so is what its author said right before.
JOKING: Final = re.compile(
    r"\b(?:just kidding|kidding|jk|j/k|just joking|joking|haha\w*|hehe\w*|lol|lmao|rofl|sarcasm|"
    r"war (?:nur )?ein (?:scherz|witz)|nur spaß|es broma|jaja\w*)\b|/s$|[😂🤣😜🙃]",
    re.IGNORECASE,
)
UNSURE: Final = re.compile(r"\b(?:maybe|perhaps|not sure|vielleicht|eventuell|quizás|tal vez)\b", re.IGNORECASE)
LIKELY: Final = re.compile(
    r"\b(?:probably|i think|i guess|wahrscheinlich|ich glaube|probablemente|creo)\b", re.IGNORECASE
)
# How somebody wants to be answered: (preference, pattern whose group ``v`` is the value, else the value).
PREFERENCES: Final = (
    (
        "length",
        re.compile(r"\bkeep (?:your|the) (?:answers|replies|messages) (?P<v>short|brief|long|detailed)", re.IGNORECASE),
        "",
    ),
    ("length", re.compile(r"\b(?:answer|reply) (?:me )?(?P<v>briefly|shortly|in detail)\b", re.IGNORECASE), ""),
    ("language", re.compile(r"\b(?:answer|reply|write|speak|talk)(?: to)?(?: me)? in (?P<v>[A-Z]\w+)\b"), ""),
    ("emoji", re.compile(r"\b(?P<v>no|without|fewer|more) emojis?\b", re.IGNORECASE), ""),
    ("address", re.compile(r"\b(?i:call me) (?P<v>[A-Z]\w+)\b"), ""),
    ("address", re.compile(r"\b(?:duze mich|du kannst mich duzen)\b", re.IGNORECASE), "du"),
)
