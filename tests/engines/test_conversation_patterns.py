"""What engine 6 says of a user's style, in languages that have spaces, articles and capitals, and in those without."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bench.engines.stream import PAIR, day, said
from enrichment.domain.messages import Emotion, Message, Role
from enrichment.engines.conversation_patterns import ENGINE
from enrichment.engines.emotion import LEXICON
from enrichment.engines.frame import Asked, Seen
from enrichment.engines.style_state import StyleState

LINES = {
    "en": "I wonder whether the weather will be good enough for a walk along the river with my dog tomorrow?",
    "de": "Ich frage mich, ob das Wetter morgen gut genug für einen Spaziergang mit meinem Hund am Fluss ist?",
    "es": "Me pregunto si mañana hará buen tiempo para dar un paseo por el río con mi perro y mi hermana?",
    "ru": "Я не знаю, будет ли завтра хорошая погода для того, чтобы погулять с моей собакой у нашей реки?",
    "zh": "我不知道明天的天气是不是够好,我们能不能带着我的狗去河边散步,你觉得怎么样?",
}
ASKED = Asked(now=day(30))


def state_of(*messages: Message) -> StyleState:
    return ENGINE.absorb(ENGINE.empty(), Seen(user_id="user", bot_name="bot", messages=messages))


def style_of(*messages: Message, asked: Asked = ASKED) -> dict[str, Any]:
    row = ENGINE.report(state_of(*messages), PAIR, asked)
    assert row is not None
    return row.communication_style


def spoken(
    text: str, times: int, *, role: Role = Role.USER, minutes: float = 5, emotion: Emotion | None = None
) -> tuple[Message, ...]:
    return tuple(
        said(f"{role}{at:04}", day(0) + timedelta(minutes=minutes * at), text, role=role, emotion=emotion)
        for at in range(times)
    )


@pytest.mark.parametrize("language", LINES)
def test_a_style_has_its_own_language_and_no_other(language: str) -> None:
    style = style_of(*spoken(LINES[language], 30))

    assert style["fingerprint"]["language"] == language
    assert style["fingerprint"]["question_rate"] == pytest.approx(30.5 / 31, abs=0.01)
    assert sum(style["fingerprint"]["function_profile"].values()) > 0.2


def test_a_text_without_spaces_has_no_index_of_long_words() -> None:
    chinese, russian = (style_of(*spoken(LINES[each], 30))["fingerprint"] for each in ("zh", "ru"))

    assert chinese["lix"] is None
    assert 15 < russian["lix"] < 60


def test_a_language_without_a_list_has_no_profile() -> None:
    style = style_of(*spoken("Holnap elviszem a kutyámat sétálni, aztán vásárolni indulok anyámmal.", 40))

    assert style["fingerprint"]["language"] is None
    assert style["fingerprint"]["function_profile"] is None
    assert style["fingerprint"]["lsm_with_bot"] is None


def test_emoji_alone_are_a_style_too_but_no_fingerprint() -> None:
    style = style_of(*spoken("😀🎉", 30))

    assert style["n_messages"] == 30
    assert style["fingerprint"] is None
    assert style["emotional_engagement"]["mean_valence"] > 0


def test_below_twenty_messages_nothing_is_claimed() -> None:
    style = style_of(*spoken(LINES["en"], 9))

    assert style["basis"] == "prior"
    assert style["fingerprint"] is None
    assert style["optimal_response_length"] is None
    assert style["preferred_depth"]["label"] is None


def test_a_bot_that_writes_like_the_user_is_like_them() -> None:
    user = spoken(LINES["en"], 40)
    echo = style_of(*user, *spoken(LINES["en"], 40, role=Role.BOT))["fingerprint"]["lsm_with_bot"]
    other = style_of(
        *user, *spoken("Stop it. Go home now. Eat more fruit. Drink some water, please.", 80, role=Role.BOT)
    )

    assert echo == pytest.approx(1)
    assert other["fingerprint"]["lsm_with_bot"] < 0.7


def test_moods_have_shares_a_mean_and_a_course() -> None:
    moods = [Emotion(label=label, intensity=1.0) for label in ("joy", "joy", "sadness", "sadness") * 10]
    messages = [said(f"{at:03}", day(0) + timedelta(minutes=at), "hm", emotion=mood) for at, mood in enumerate(moods)]

    felt = style_of(*messages)["emotional_engagement"]

    assert felt["shares"] == pytest.approx({"joy": 0.5, "sadness": 0.5}, abs=1e-4)
    assert felt["mean_valence"] == pytest.approx(0.05, abs=1e-4)
    assert felt["inertia"] == pytest.approx(0, abs=0.05)


def test_what_a_lexicon_says_of_moods_weighs_half_and_names_none() -> None:
    guessed = Emotion(label=LEXICON, intensity=0.5, scores={"valence": 0.5})

    felt = style_of(*spoken("nice", 30, emotion=guessed))["emotional_engagement"]

    assert felt["n"] == pytest.approx(15, abs=0.1)
    assert felt["shares"] == {}
    assert felt["dominant"] is None


def test_hours_are_those_of_the_users_clock() -> None:
    asked = Asked(now=day(30), zone=ZoneInfo("Asia/Kolkata"))

    hours = style_of(*spoken("good morning", 3, minutes=1), asked=asked)["active_hours"]

    assert hours["histogram"].index(max(hours["histogram"])) == 11
    assert hours["zone"] == "Asia/Kolkata"


def test_depth_is_a_place_among_the_users_of_a_bot() -> None:
    others = {f"style.turns.{at:02}": 4.0 for at in range(1, 6)} | {f"style.words.{at:02}": 4.0 for at in range(1, 6)}

    depth = style_of(*spoken(LINES["en"], 40), asked=Asked(now=day(30), population=others))["preferred_depth"]

    assert depth["label"] == "deep"


def test_reporting_leaves_an_empty_state_empty() -> None:
    state = ENGINE.empty()

    ENGINE.report(state, PAIR, ASKED)

    assert ENGINE.encode(state) == ENGINE.encode(ENGINE.empty())
