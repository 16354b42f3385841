"""Every language says the same times, and none of its words means two of them."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrichment.domain.date_tongues import TABLES
from enrichment.domain.date_words import named
from enrichment.domain.resolve_dates import resolve

ANCHORS = st.integers(0, 50_000).map(lambda days: datetime(1950, 1, 1, 12, tzinfo=UTC) + timedelta(days=days))
# In English and, in the order of `TABLES`, in the other languages.
PHRASES = {
    "yesterday": "gestern|ayer|hier|ieri|ontem|gisteren|igår|wczoraj|вчера|вчора|dün|昨日|昨天|어제",
    "tomorrow": "morgen|mañana|demain|domani|amanhã|morgen|imorgon|jutro|завтра|завтра|yarın|明日|明天|내일",
    "the day before yesterday": "vorgestern|anteayer|avant-hier|l'altro ieri|anteontem|eergisteren|i förrgår"
    "|przedwczoraj|позавчера|позавчора|evvelsi gün|一昨日|前天|그저께",
    "last week": "letzte Woche|la semana pasada|la semaine dernière|la settimana scorsa|na semana passada|vorige week"
    "|förra veckan|w zeszłym tygodniu|на прошлой неделе|минулого тижня|geçen hafta|先週|上周|지난주",
    "last month": "letzten Monat|el mes pasado|le mois dernier|il mese scorso|no mês passado|vorige maand"
    "|förra månaden|w zeszłym miesiącu|в прошлом месяце|минулого місяця|geçen ay|先月|上个月|지난달",
    "last year": "letztes Jahr|el año pasado|l'année dernière|l'anno scorso|no ano passado|vorig jaar|förra året"
    "|w zeszłym roku|в прошлом году|минулого року|geçen yıl|去年|去年|작년",
    "two years ago": "vor zwei Jahren|hace dos años|il y a deux ans|due anni fa|há dois anos|twee jaar geleden"
    "|för två år sedan|dwa lata temu|два года назад|два роки тому|iki yıl önce|2年前|两年前|2년 전",
    "3 days ago": "vor 3 Tagen|hace 3 días|il y a 3 jours|3 giorni fa|há 3 dias|3 dagen geleden|för 3 dagar sedan"
    "|3 dni temu|3 дня назад|3 дні тому|3 gün önce|三日前|三天前|3일 전",
    "last Monday": "letzten Montag|el lunes pasado|lundi dernier|lunedì scorso|segunda-feira passada|afgelopen maandag"
    "|förra måndag|w zeszły poniedziałek|в прошлый понедельник|минулого понеділка|geçen pazartesi||",
    "in May": "im Mai|en mayo|en mai|a maggio|em maio|in mei|i maj|w maju|в мае|у травні|mayısta|5月|五月|5월",
    "3 May 2020": "3. Mai 2020|el 3 de mayo de 2020|le 3 mai 2020|il 3 maggio 2020|3 de maio de 2020|3 mei 2020"
    "|den 3 maj 2020|3 maja 2020|3 мая 2020|3 травня 2020|3 Mayıs 2020|2020年5月3日|2020年5月3日|2020년 5월 3일",
    "since 2019": "seit 2019|desde 2019|depuis 2019|dal 2019|desde 2019|sinds 2019|sedan 2019|od 2019|с 2019|з 2019",
    "next week": "nächste Woche|la próxima semana|la semaine prochaine|la prossima settimana|na próxima semana"
    "|volgende week|nästa vecka|w przyszłym tygodniu|на следующей неделе|наступного тижня|gelecek hafta|来週|下周"
    "|다음 주",
    "last summer": "letzten Sommer|el verano pasado|l'été dernier|l'estate scorsa|no verão passado|afgelopen zomer"
    "|förra sommaren|zeszłego lata|прошлым летом||geçen yaz|||",
}
OTHERS = [name for name in TABLES if name != "en"]
SAID = [
    (english, language, words)
    for english, others in PHRASES.items()
    for language, words in zip(OTHERS, others.split("|"), strict=False)
    if words
]


@pytest.mark.parametrize(("english", "language", "words"), SAID)
@given(anchor=ANCHORS)
@settings(max_examples=20)
def test_each_language_means_what_english_does(english: str, language: str, words: str, anchor: datetime) -> None:
    found = resolve(words, anchor, UTC, language=language)

    assert found is not None
    assert found == resolve(english, anchor, UTC, language="en")


@pytest.mark.parametrize(("english", "language", "words"), SAID)
def test_the_language_need_not_be_named(english: str, language: str, words: str) -> None:
    anchor = datetime(2023, 5, 10, tzinfo=UTC)

    assert resolve(words, anchor, UTC) == resolve(english, anchor, UTC)


@pytest.mark.parametrize("name", TABLES)
def test_no_word_of_a_language_has_two_meanings(name: str) -> None:
    words = [word for line in TABLES[name].strip().splitlines() for word in line.partition(" = ")[2].split()]

    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_a_name_is_known_in_every_language_that_has_it() -> None:
    assert named("mars") == {"m3"}
    assert named("maj") == {"m5"}
    assert named("tree") == frozenset()
