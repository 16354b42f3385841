from datetime import timedelta
from zoneinfo import ZoneInfo

from bench.engines.stream import BASE, PAIR, day, said
from enrichment.domain.messages import Message, Role
from enrichment.engines.frame import Asked, Courtesy, Seen, Topic
from enrichment.engines.proactive_engagement import ENGINE, EngagementRow

HOUR = timedelta(hours=1)
TOKYO = ZoneInfo("Asia/Tokyo")


def test_nothing_is_advised_below_five_sessions() -> None:
    row = reported(evenings(4))

    assert row.optimal_timing_hours is None
    assert row.receptivity_score is None


def test_the_bots_other_users_tell_when_somebody_is_new() -> None:
    others = ENGINE.contribute(ENGINE.absorb(ENGINE.empty(), seen(evenings(30)))) if ENGINE.contribute else {}

    row = reported(evenings(2), Asked(now=day(3), population=others))

    assert row.optimal_timing_hours is not None
    assert row.suggested_topics["basis"] == "prior"


def test_p19_who_did_not_consent_is_never_written_to() -> None:
    row = reported(evenings(30), Asked(now=day(30), courtesy=Courtesy(consent=False)))

    assert row.optimal_timing_hours is None
    assert row.suggested_topics["topics"] == []
    assert row.suggested_topics["timing"]["withheld"] == "no_consent"


def test_p19_quiet_hours_are_those_of_the_users_own_zone() -> None:
    asked = Asked(now=day(30), zone=TOKYO, courtesy=Courtesy(quiet=(21.0, 8.0)))

    row = reported(evenings(30, hour=12), asked)

    start = day(29) + 12 * HOUR + row.optimal_timing_hours * HOUR if row.optimal_timing_hours else day(0)
    assert 8 <= start.astimezone(TOKYO).hour < 21


def test_two_attempts_without_an_answer_are_enough() -> None:
    ignored = [said(f"b{i}", day(31 + 2 * i), role=Role.BOT) for i in range(2)]

    row = reported([*evenings(30), *ignored], Asked(now=day(40)))

    assert row.suggested_topics["timing"]["withheld"] == "unanswered"


def test_p19_the_weeks_cap_holds_even_where_attempts_are_welcome() -> None:
    answered = [
        message
        for i in range(3)
        for message in (said(f"b{i}", day(31 + i), role=Role.BOT), said(f"a{i}", day(31 + i) + HOUR))
    ]

    row = reported([*evenings(30), *answered], Asked(now=day(34)))

    assert row.suggested_topics["timing"]["withheld"] == "enough_this_week"


def test_an_answer_to_the_user_is_no_attempt() -> None:
    slow_bot = [
        message for m in evenings(10) for message in (m, said("r" + m.ref.point_id, m.said_at + HOUR, role=Role.BOT))
    ]

    row = reported(slow_bot)

    assert row.proactive_success_rate is None
    assert row.suggested_topics["attempts"]["n"] == 0


def test_the_next_window_is_never_in_the_past() -> None:
    late = Asked(now=day(60))

    row = reported(evenings(30), late)

    assert row.suggested_topics["timing"]["next_window_utc"] > late.now.isoformat()


def test_an_open_plan_is_suggested_before_what_was_only_mentioned() -> None:
    topics = (
        Topic(label="Bouldern", said_at=day(20)),
        Topic(label="面接", said_at=day(20), due_at=day(32)),
        Topic(label="погода", said_at=day(20)),
    )

    row = reported(evenings(30), topics=topics)

    assert row.suggested_topics["topics"][0]["label"] == "面接"
    assert row.suggested_topics["topics"][0]["reason"] == "open_plan"


def evenings(count: int, hour: float = 19.5) -> list[Message]:
    return [said(f"m{i}", day(i) + hour * HOUR) for i in range(count)]


def seen(messages: list[Message], topics: tuple[Topic, ...] = (), asked: Asked | None = None) -> Seen:
    zone = asked.zone if asked else None
    return Seen(user_id=BASE.user_id, bot_name=BASE.bot_name, messages=tuple(messages), topics=topics, zone=zone)


def reported(messages: list[Message], asked: Asked | None = None, topics: tuple[Topic, ...] = ()) -> EngagementRow:
    state = ENGINE.absorb(ENGINE.empty(), seen(messages, topics, asked))
    row = ENGINE.report(state, PAIR, asked or Asked(now=day(31)))
    assert row is not None
    return row
