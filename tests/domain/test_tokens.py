"""Forecasts count nearly what OpenAI's tokenizer counts, in many languages, and never more than there are bytes."""

import pytest

from bench.model_server.tokens import count
from enrichment.digest.instructions import SYSTEM
from enrichment.domain.text import tokens_in

TEXTS = {
    "instructions": SYSTEM,
    "English": "I moved from Lyon to Berlin last week and started a new job at the museum, which I love. " * 5,
    "German": "Ich bin letzte Woche von Lyon nach Berlin gezogen und habe eine neue Stelle im Museum angefangen. " * 5,
    "Russian": "Я переехала из Лиона в Берлин на прошлой неделе и начала новую работу в музее, которую обожаю. " * 5,
    "Chinese": "我上周从里昂搬到了柏林,开始在博物馆做一份新工作,我非常喜欢。" * 5,
    "Japanese": "先週リヨンからベルリンに引っ越して、美術館で新しい仕事を始めました。" * 5,
    "Arabic": "انتقلت من ليون إلى برلين الأسبوع الماضي وبدأت وظيفة جديدة في المتحف " * 5,
    "lines of a chat": "".join(f"{number} 12:0{number % 9} anna: I own the book {number}.\n" for number in range(60)),
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_estimate_is_within_fifteen_percent(language: str) -> None:
    text = TEXTS[language]

    assert tokens_in(text) == pytest.approx(count(text), rel=0.15)


@pytest.mark.parametrize(
    "text", [*TEXTS.values(), "\ud83d", "\x00\x01\x02", "🏳️‍🌈" * 9, "", "a" * 999, "ﷺ" * 9, "़" * 50]
)
def test_no_text_has_more_tokens_than_bytes(text: str) -> None:
    assert count(text.encode("utf-8", "replace").decode()) <= len(text.encode("utf-8", "surrogatepass"))
