"""Words that change nothing about which thing is meant, words that tie another one to it, and names of one thing."""

# ruff: noqa: RUF001 - words of other scripts look like Latin letters, and are none

from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A straight list: what may be said or left out before a thing. No word that says whose it is if not the
# speaker's, when, or that it is not so: "her guitar" is not his.
SILENT: Final = _set(
    """a an the my its our your some very really quite rather just also too own called named
    being is are was were be am have having do does doing
    der die das den dem des ein eine einen einem einer eines mein meine meinen meinem meiner sehr wirklich ganz auch
    namens genannt ist sind
    el la los las lo un una unos unas mi mis tu tus muy también llamado llamada es son está
    le les une des mon ma mes ton ta tes très aussi
    il gli uno mio mia molto
    o os as um uma meu minha muito
    мой моя моё мои моего моей моих свой своя своё свои своего своей своих очень тоже также это эта этот эти
    هو هي هذا هذه جدا ايضا"""
)

# A word after one of these is not the thing itself but what it stands to: "from Berlin", "over tea", "not running".
# Without that, "tea over coffee" would be "coffee over tea".
TYING: Final = _set(
    """from to in at on onto over than before after with without for by of about against between under near since until
    till during into via as like unlike except instead versus vs per if when while because but or not no never nor
    neither
    von nach im am auf über als vor mit ohne für durch um gegen zwischen unter seit bis bei zu zum zur aus statt außer
    nicht kein keine keinen keiner nie niemals oder aber wenn weil wie
    de en con sin por para sobre contra entre desde hasta antes después que del al como si pero nunca jamás ni ningún
    ninguna
    dans avec sans pour par sur chez vers depuis jamais pas ou mais
    di da nel nella senza mai non
    em com sem por não nunca
    в во на с со без из от до к ко по о об у за над под перед после чем через для при про не ни нет никогда или но если
    вместо кроме между против
    من الى في على عن مع بدون قبل بعد منذ حتى ضد بين مثل لا ليس ليست لم لن ما غير او لكن"""
)
NEGATIONS: Final = _set(
    """not no never nor neither without cannot nicht kein keine keinen keiner keinem nie niemals ohne
    nunca jamás ni sin ningún ninguna pas jamais sans non mai senza não sem
    не ни нет никогда без لا ليس ليست لم لن غير بدون"""
)
# Signs of a denial in texts without spaces between words, and in emoji.
NEGATING_SIGNS: Final = ("不", "没", "沒", "别", "無", "无", "未", "ない", "ません", "👎", "🚫", "❌", "🙅", "⛔")
# That something is over: of a thing that goes on this makes another one.
OVER: Final = _set(
    """formerly previously ex former once früher ehemals damals ehemaliger ehemalige antes anteriormente exnovio
    раньше прежде бывший бывшая سابقا"""
)
OVER_SIGNS: Final = (
    "used to ", "no longer ", "not anymore", "any more", "had been ", "nicht mehr", "solía ", "ya no ", "больше не ",
    "以前", "曾经", "曾經", "不再", "كان ", "كانت ", "لم يعد",
)  # fmt: skip
JOINING: Final = _set("and plus und sowie y e et и да ve")

# A straight list: one thing under several names; the first one stands for all. Only what is the same for everybody.
_NAMES: Final = """
    mother|mom|mum|mommy|mummy
    father|dad|daddy
    grandmother|grandma|granny
    grandfather|grandpa|granddad
    child|kid|children|kids
    bicycle|bike|pushbike
    motorcycle|motorbike
    movie|film|motion picture
    tv|television|telly
    photo|photograph
    apartment|flat
    vacation|holiday
    car|automobile
    math|maths|mathematics
    phone|telephone|cellphone|cell phone|mobile phone|smartphone|mobile
    doctor|physician
    lawyer|attorney
    gym|fitness studio|fitness center|fitness centre
    fridge|refrigerator
    email|e mail|electronic mail
    new york city|nyc|new york
    united states|usa|us of a|united states of america
    united kingdom|uk|great britain
    ai|artificial intelligence
    phd|doctorate
    soccer|association football
    hiking|hikes|to hike
    jogging|to jog
    swimming|to swim
    biking|cycling
    cooking|to cook
    reading|to read
    dancing|to dance
    favorite|favourite
    color|colour
    gray|grey
    theater|theatre
    center|centre
    neighbor|neighbour
    jewelry|jewellery
    pajamas|pyjamas
    large|big
    small|little
    fahrrad|rad
    handy|mobiltelefon|smartphone
    mutter|mama|mutti
    vater|papa|vati
    großmutter|oma
    großvater|opa
    wohnung|apartment
    fernseher|tv gerät|fernsehgerät
    auto|pkw|wagen
    arzt|doktor
    samstag|sonnabend
    kneipe|pub
    coche|carro|automóvil
    madre|mamá
    padre|papá
    abuela|abuelita
    abuelo|abuelito
    bicicleta|bici
    película|peli
    televisión|tele
    móvil|celular
    computadora|ordenador
    мать|мама
    отец|папа
    бабушка|бабуля
    дедушка|дед
    машина|автомобиль
    телевизор|телик
    велосипед|велик
    компьютер|комп
    питер|санкт петербург|спб
    سياره|عربيه
    هاتف|تليفون|موبايل|جوال
    ام|والده
    اب|والد
"""
# The same where words have no spaces between them; longest first.
_NAMES_UNSPACED: Final = """
    妈妈|母亲|媽媽|母親
    爸爸|父亲|父親
    自行车|单车|脚踏车
    电影|影片
    手机|移动电话
    电脑|计算机
    土豆|马铃薯
    番茄|西红柿
    医生|大夫
    北京|北京市
    上海|上海市
    外婆|姥姥
    太太|妻子|老婆
    丈夫|老公
"""


def _renamed(lines: str) -> dict[str, str]:
    groups = [[name.strip() for name in line.split("|")] for line in lines.strip().splitlines()]
    return {other: group[0] for group in groups for other in group[1:]}


NAMES: Final = _renamed(_NAMES)
NAMES_UNSPACED: Final = _renamed(_NAMES_UNSPACED)

_NUMBERS: Final = """
    one two three four five six seven eight nine ten eleven twelve
    eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf
    uno dos tres cuatro cinco seis siete ocho nueve diez once doce
    один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать
    واحد اثنان ثلاثة اربعة خمسة ستة سبعة ثمانية تسعة عشرة
"""
NUMBERS: Final = {
    **{word: str(value) for line in _NUMBERS.strip().splitlines() for value, word in enumerate(line.split(), start=1)},
    **dict.fromkeys(("две", "двое", "both", "اثنين"), "2"),
} | {"twenty": "20", "zwanzig": "20", "veinte": "20", "двадцать": "20", "ثلاث": "3", "اربع": "4", "خمس": "5"}
HAN_NUMBERS: Final = dict(zip("一二两三四五六七八九", "1223456789", strict=True)) | {"十": "10", "兩": "2"}
