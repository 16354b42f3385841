"""What little we know of single languages: grammar words, numbers, yes, and the pronouns that stand for somebody."""

# ruff: noqa: RUF001 - words of other scripts look like Latin letters, and are none

from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A straight list: the most frequent words without content, which also tell the languages apart.
GRAMMAR: Final[dict[str, frozenset[str]]] = {
    language: _set(words)
    for language, words in {
        "en": """a about after again all also am an and any are as at back be because been before being but by can
            could did do does doing don done for from get gets getting go goes going got had has have having he her
            here hers him his how i if in into is isn it its just let ll lot made make makes making many me more most
            much my no not now of off on one only or other our out over own quite re really s same she should so some
            such t than that the their them then there these they thing things this those though through to too up us
            ve very was wasn we well were what when where which while who whom why will with would yes you your oh hi
            hey um uh ok""",
        "de": """ab aber alle als also am an auch auf aus bei bin bis bist da dann das dass dein deine dem den denn der
            des die dir doch du ein eine einem einen einer er es etwas euch für gar ganz gerne habe haben hat hatte
            hier ich ihm ihn ihr ihre im immer in ist ja jetzt kann kein keine mal man mehr mein meine meinem meinen
            meiner mich mir mit nach nicht noch nun nur ob oder ohne schon sehr sein seine seit sich sie sind so über
            um und uns unser vom von vor war was weil wenn wer werde werden wie wieder will wir wird wo zu zum zur""",
        "es": """a al algo como con cuando de del desde donde el ella ellos en era eres es esa ese eso esta está estaba
            estar este esto estoy fue ha había hace hasta hay he la las le les lo los más me mi mis mucho muy ni no nos
            nosotros o para pero por porque pues que qué quien se sea ser si sí sin sobre son soy su sus también te
            tengo tiene toda todo tu tus un una uno y ya yo""",
        "fr": """ai au aussi aux avec avoir bien c ce cela ces cette chez comme d dans de des du elle elles en est et
            être eu fait il ils j je l la le les leur lui ma mais me même mes moi mon n ne nous on ou où par pas plus
            pour qu que qui s sa sans se ses si son sont suis sur ta te tes toi ton tout très tu un une vous y été""",
        "pt": """a ao aos as com como da das de dela dele do dos e é ela ele em era essa esse esta está este eu foi há
            isso já lhe mais mas me mesmo meu minha muito na nas não nem no nos nós o os ou para pela pelo por porque
            quando que quem se sem ser seu sua são só também te tem tenho um uma você""",
        "it": """a ad ai al alla anche che chi ci come con cui da dal del della di dove e è ed era gli ha hai ho i il
            in io l la le lei lo loro lui ma me mi mia mio molto ne nel nella no noi non o per perché più quando
            questa questo se sei si sono su sua suo ti tra tu un una uno""",
    }.items()
}
STOP_WORDS: Final = frozenset().union(*GRAMMAR.values())

NUMBER_WORDS: Final[dict[str, str]] = {
    word: str(value)
    for words in (
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen",
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn",
        "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete",
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept",
    )
    for value, word in enumerate(words.split(), start=2)
}

ASSENTS: Final = _set(
    """yes yeah yea yep yup sure exactly right correct definitely absolutely indeed ok okay true totally ja jawohl genau
    stimmt klar richtig doch sí si claro exacto cierto correcto vale oui ouais exactement bien sim isso certo claro
    certo esatto да конечно верно так 是 是的 对 对的 好 はい うん そう ええ 네 예 응 نعم हाँ evet tak ano"""
)

PRONOUNS: Final = _set(
    """he she they it his her their him them er sie es ihr sein ihm ihnen él ella ellos su il elle ils lui leur он она
    они его ее их ele eles ela"""
)

FIRST_PERSONS: Final = _set("i i'm i've we ich wir yo je j eu io ik jag jeg ja я ja мы ben 我 私 僕 俺 나 저")

# A model may name somebody by what they are to the speaker in another language than the speaker does.
RELATIONS: Final = _set(
    """mother father mom mum dad parent parents sister brother sibling siblings son daughter child children kid kids
    baby wife husband partner spouse girlfriend boyfriend fiancé fiancée friend friends grandmother grandfather grandma
    grandpa grandparents aunt uncle cousin niece nephew colleague colleagues coworker boss manager neighbour neighbor
    teacher roommate flatmate family cat dog pet best ex law in step half older younger big little"""
)

USERS: Final = _set(
    """user nutzer nutzerin benutzer benutzerin usuario usuaria utilisateur utilisatrice utente usuário usuária
    gebruiker użytkownik użytkowniczka uživatel användare användaren bruger brugeren bruker brukeren käyttäjä kullanıcı
    felhasználó utilizator χρήστης пользователь пользователя пользовательница користувач користувачка
    用户 ユーザー 사용자 المستخدم משתמש"""
)


def language(words: frozenset[str]) -> str | None:
    """Return the language whose grammar most of the words belong to, None without a clear lead of two."""
    hits = sorted(((len(words & grammar), name) for name, grammar in GRAMMAR.items()), reverse=True)
    return hits[0][1] if hits[0][0] >= hits[1][0] + 2 else None
