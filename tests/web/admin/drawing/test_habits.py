"""The drawings of engines 6 and 7: how and when a user writes, and when to write to them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from enrichment.web.admin.drawing.activity import activity
from enrichment.web.admin.drawing.charts import Bars, Drawing, Look
from enrichment.web.admin.drawing.engagement import engagement
from enrichment.web.admin.drawing.style import style
from tests.web.admin.drawing.pairs import BERLIN, Pair, talked

PAIR = talked(700)


def bars_of(drawing: Drawing, place: int = 0) -> Bars:
    figure = drawing.figures[place]
    assert isinstance(figure, Bars)
    return figure


def drawn(pair: Pair) -> Drawing:
    return activity(pair.rows["conversation_patterns"], pair.rows["proactive_engagement"], pair.now)


def test_every_hour_has_its_share_of_all_messages() -> None:
    hours = bars_of(drawn(PAIR)).bars

    assert [bar.label for bar in hours] == [f"{at:02}" for at in range(24)]
    assert sum(bar.value for bar in hours) == pytest.approx(1, abs=1e-4)


def test_the_best_hour_is_that_of_the_next_window_on_the_users_clock() -> None:
    window = PAIR.rows["proactive_engagement"].values["suggested_topics"]["timing"]["next_window_utc"]

    best = [bar.label for bar in bars_of(drawn(PAIR)).bars if bar.look is Look.BEST]

    assert best == [f"{datetime.fromisoformat(window).astimezone(ZoneInfo(BERLIN)).hour:02}"]


def test_nights_are_quiet_where_the_zone_is_known_and_nowhere_else() -> None:
    known, unknown = (bars_of(drawn(talked(700, zone))).bars for zone in (BERLIN, None))

    quiet = [[int(bar.label) for bar in bars if bar.look is Look.QUIET] for bars in (known, unknown)]
    assert quiet == [[0, 1, 2, 3, 4, 5, 6, 7, 22, 23], []]


def test_a_window_that_is_withheld_has_a_reason_and_no_bar() -> None:
    timing = PAIR.rows["proactive_engagement"].values["suggested_topics"]["timing"]
    withheld = {**timing, "withheld": "no_consent", "next_window_utc": None}
    row = PAIR.edited("proactive_engagement", "suggested_topics", timing=withheld)

    drawing = activity(PAIR.rows["conversation_patterns"], row, PAIR.now)

    assert "no consent" in drawing.sentence
    assert Look.BEST not in {bar.look for bar in bars_of(drawing).bars}


@pytest.mark.parametrize(("days", "said", "ending"), [(0, "first is ", "UTC"), (30, "first was ", "which is over")])
def test_a_moment_that_has_passed_is_not_promised(days: int, said: str, ending: str) -> None:
    rows, now = PAIR.rows, PAIR.now + timedelta(days=days)

    sentence = activity(rows["conversation_patterns"], rows["proactive_engagement"], now).sentence
    facts = dict(engagement(rows["proactive_engagement"], now).facts)

    assert said in sentence
    assert facts["best moment"].endswith(ending)


def test_few_messages_are_counted_and_not_drawn() -> None:
    pair = talked(12)
    said = pair.rows["conversation_patterns"].values["communication_style"]

    drawings = [drawn(pair), style(pair.rows["conversation_patterns"], pair.now)]

    sentence = f"Not enough messages of the user yet: {said['n_messages']} of 20."
    assert [(each.sentence, each.figures) for each in drawings] == [(sentence, ())] * 2


def test_marks_and_moods_have_their_samples() -> None:
    said = PAIR.rows["conversation_patterns"].values["communication_style"]

    drawing = style(PAIR.rows["conversation_patterns"], PAIR.now)

    assert bars_of(drawing).bars[0].value == said["fingerprint"]["question_rate"]
    assert bars_of(drawing).bars[0].note.endswith(f" of {said['n_messages']}")
    assert bars_of(drawing, 1).bars[0].note.endswith(f" of {said['emotional_engagement']['n']:.0f}")


def test_a_long_mood_is_cut_in_the_chart_and_whole_in_the_table() -> None:
    moods = PAIR.rows["conversation_patterns"].values["communication_style"]["emotional_engagement"]
    row = PAIR.edited(
        "conversation_patterns", "communication_style", emotional_engagement={**moods, "shares": {"b" * 90: 1.0}}
    )

    drawing = style(row, PAIR.now)

    assert len(bars_of(drawing, 1).bars[0].label) == 18
    assert drawing.table is not None
    assert drawing.table.rows[-1][1] == "b" * 90


def test_dayparts_and_topics_are_those_of_the_row() -> None:
    found = PAIR.rows["proactive_engagement"].values["suggested_topics"]

    drawing = engagement(PAIR.rows["proactive_engagement"], PAIR.now)

    assert [bar.value for bar in bars_of(drawing).bars] == found["timing"]["receptivity_by_daypart"]
    assert [value.split(" (")[0] for name, value in drawing.facts if name == "could speak of"] == [
        each["label"] for each in found["topics"]
    ]


def test_few_sessions_are_counted_and_not_drawn() -> None:
    pair = talked(12)

    drawing = engagement(pair.rows["proactive_engagement"], pair.now)

    n = pair.rows["proactive_engagement"].values["suggested_topics"]["n"]
    assert (drawing.sentence, drawing.figures) == (f"Not enough sessions that the user began yet: {n} of 5.", ())
