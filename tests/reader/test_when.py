"""Words for a time mean the interval that somebody means who asks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from enrichment.reader.when import interval_of, time_in
from tests.reader.expressions import TABLE

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 13, 15, 30, tzinfo=BERLIN).astimezone(UTC)
LANGUAGES = ("en", "de", "es", "fr")


def at(text: str) -> datetime:
    day, _, hour = text.partition(" ")
    clock = f"{hour or '00'}:00" if ":" not in hour else hour
    return datetime.fromisoformat(f"{day if len(day) > 5 else f'2026-{day}'}T{clock}").replace(tzinfo=BERLIN)


ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
EXPRESSIONS = [
    (words, language, at(row[4]), at(row[5])) for row in ROWS for words, language in zip(row, LANGUAGES, strict=False)
]


def understood(words: str, language: str) -> tuple[datetime | None, datetime | None] | None:
    found = interval_of(words, NOW, BERLIN, language)
    return None if found is None else (found.start, found.end)


def test_of_two_hundred_expressions_in_four_languages_nearly_all_are_right() -> None:
    wrong = [
        (words, understood(words, language))
        for words, language, start, end in EXPRESSIONS
        if understood(words, language) != (start, end)
    ]

    assert len(EXPRESSIONS) == 200
    assert len(wrong) <= 10, wrong


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did I eat yesterday evening?", "yesterday evening"),
        ("Where was I last week?", "last week"),
        ("Was habe ich letzte Woche gemacht?", "letzte Woche"),
    ],
)
def test_a_time_is_found_in_a_question(question: str, words: str) -> None:
    found = time_in(question, NOW, BERLIN, "de" if "habe" in question else "en")

    assert found is not None
    assert found[1] == words


@pytest.mark.parametrize("words", ["", "my job", "between tea and coffee", "🙂", "last 0000 nights"])
def test_what_is_no_time_is_none(words: str) -> None:
    assert interval_of(words, NOW, BERLIN, "en") is None
