import uuid
from dataclasses import replace

from enrichment.domain.batches import Known
from enrichment.domain.dates import Granularity, Interval
from enrichment.domain.digest import Digest, Operation
from enrichment.domain.facts import Certainty, FactState, Remembered
from enrichment.domain.messages import Role
from enrichment.memory.remember import remember
from tests.memory.book import Book, a_batch, a_fact, a_message, day

ACTIVE, SUPERSEDED = FactState.ACTIVE, FactState.SUPERSEDED
RETRACTED, FLAGGED = FactState.RETRACTED, FactState.FLAGGED


def test_a_moved_house_supersedes_the_old_one() -> None:
    book = Book()
    book.say("Berlin", 1)
    book.say("Hamburg", 100, predicate="moved_to")

    assert book.story() == [("Berlin", SUPERSEDED, day(1), day(100)), ("Hamburg", ACTIVE, day(100), None)]
    assert book.the("Berlin").superseded_by == book.the("Hamburg").fact_id


def test_likes_do_not_contradict_each_other() -> None:
    book = Book()
    book.say("tea", 1, predicate="likes")
    book.say("coffee", 2, predicate="likes")

    assert [fact.object for fact in book.facts(ACTIVE)] == ["tea", "coffee"]


def test_a_changed_mind_supersedes_also_within_one_batch() -> None:
    book, then, now = Book(), a_message("then", 1), a_message("now", 30)
    book.tell(
        a_fact("climbing", now, predicate="does_not_like"),
        a_fact("climbing", then, predicate="loves"),
        messages=(then, now),
    )

    said = [(fact.claim.predicate, fact.state, fact.valid_until) for fact in book.facts()]
    assert said == [("likes", SUPERSEDED, day(30)), ("dislikes", ACTIVE, None)]
    assert book.facts(SUPERSEDED)[0].superseded_by == book.facts(ACTIVE)[0].fact_id


def test_a_mind_that_changed_back_keeps_its_story() -> None:
    book = Book()
    for at, predicate in [(3, "likes"), (1, "likes"), (2, "hates")]:
        book.say("tea", at, predicate=predicate)

    told = [(fact.claim.predicate, fact.valid_from, fact.valid_until) for fact in book.facts()]
    assert told == [("likes", day(1), day(2)), ("dislikes", day(2), day(3)), ("likes", day(3), None)]


def test_an_edit_that_takes_back_a_changed_mind_brings_back_the_old_one() -> None:
    book = Book()
    book.say("tea", 1, predicate="likes")
    book.say("tea", 2, predicate="dislikes")
    book.tell(messages=(a_message("tea@2", 2, text="I like tea, as ever"),))

    assert [(f.claim.predicate, f.valid_until) for f in book.facts(ACTIVE)] == [("likes", None)]


def test_a_plan_is_one_from_the_day_on_which_it_is_told() -> None:
    book, june = Book(), Interval(day(150), day(180), Granularity.MONTH)
    book.say("open a shop", 100, predicate="plans", occurred=june)
    book.say("Hamburg", 100, occurred=june)

    assert (book.the("open a shop").valid_from, book.the("open a shop").occurred) == (day(100), june)
    assert book.the("Hamburg").valid_from == day(150)


def test_the_same_fact_twice_is_one_fact_with_two_evidences_and_more_confidence() -> None:
    book = Book()
    book.say("Berlin", 1)
    before = book.the("Berlin").confidence
    changes = book.say("ＢＥＲＬＩＮ ", 2)

    assert changes.new_facts == ()
    assert book.the("Berlin").evidence_count == 2
    assert book.the("Berlin").confidence > before


def test_what_the_model_calls_the_same_is_the_same_fact() -> None:
    book = Book()
    book.say("NYC", 1)
    message = a_message("again", 2)
    same = a_fact("New York City", message, operation=Operation.SAME, known="K1")
    book.tell(same, messages=(message,), known=Known(facts={"K1": book.the("NYC")}))

    assert [fact.object for fact in book.facts(ACTIVE)] == ["NYC"]
    assert book.the("NYC").evidence_count == 2


def test_two_facts_of_one_answer_with_the_same_claim_and_object_are_one() -> None:
    book = Book()
    one, other = a_message("one", 1), a_message("other", 2)
    book.tell(a_fact("Berlin", one), a_fact("berlin", other), messages=(one, other))

    assert [(fact.object, fact.evidence_count) for fact in book.facts()] == [("Berlin", 2)]


def test_reading_a_message_twice_changes_nothing() -> None:
    book = Book()
    book.say("Berlin", 1)
    book.say("Hamburg", 2)
    changes = book.say("Berlin", 1)

    assert (changes.new_facts, changes.revised_facts, changes.evidence, changes.withdrawn) == ((), (), (), ())


def test_confidence_that_was_stored_in_single_precision_is_not_a_revision() -> None:
    book = Book()
    book.say("Berlin", 1)
    stored = book.kept[book.the("Berlin").fact_id]
    book.kept[stored.fact.fact_id] = replace(stored, fact=replace(stored.fact, confidence=0.699999988079071))

    assert book.say("Berlin", 1).revised_facts == ()


def test_nothing_of_another_user_bot_or_scope_is_touched() -> None:
    book, message = Book(), a_message("new", 100)
    book.say("Berlin", 1)
    mine = book.kept[book.the("Berlin").fact_id]
    others = [
        replace(mine.fact, fact_id=uuid.UUID(int=1), user_id="other"),
        replace(mine.fact, fact_id=uuid.UUID(int=2), bot_name="other"),
        replace(mine.fact, fact_id=uuid.UUID(int=3), scope="other"),
    ]
    strangers = [replace(mine, fact=fact) for fact in others]
    moved = a_fact("Hamburg", message, operation=Operation.REPLACES, known="K1")
    known = Known(facts={"K1": others[0]})

    changes = remember(a_batch(message), known, strangers, Digest(facts=(moved,)), method="test")

    assert (len(changes.new_facts), changes.revised_facts, changes.withdrawn) == (1, (), ())
    assert all(fact.user_id == "u1" and fact.bot_name == "ava" for fact in changes.new_facts)


def test_a_pair_of_different_claims_is_directed_by_time() -> None:
    book, message = Book(), a_message("late", 5)
    book.say("meat", 10, predicate="eats")
    pair = a_fact("vegan food only", message, predicate="diet", operation=Operation.REPLACES, known="K1")
    book.tell(pair, messages=(message,), known=Known(facts={"K1": book.the("meat")}))

    assert book.story() == [("vegan food only", SUPERSEDED, day(5), day(10)), ("meat", ACTIVE, day(10), None)]
    assert book.the("vegan food only").superseded_by == book.the("meat").fact_id


def test_what_a_pair_has_ended_stays_ended_until_it_is_said_again() -> None:
    book, message = Book(), a_message("now vegan", 10)
    book.say("meat", 1, predicate="eats")
    pair = a_fact("vegan", message, predicate="diet", operation=Operation.REPLACES, known="K1")
    book.tell(pair, messages=(message,), known=Known(facts={"K1": book.the("meat")}))
    book.say("meat", 5, predicate="eats")
    ended = book.the("meat")
    book.say("meat", 20, predicate="eats")

    assert (ended.state, ended.valid_until, ended.evidence_count) == (SUPERSEDED, day(10), 2)
    assert [(f.object, f.valid_from) for f in book.facts(ACTIVE)] == [("vegan", day(10)), ("meat", day(20))]


def test_moving_back_opens_a_new_validity() -> None:
    book = Book()
    for at, city in [(1, "Berlin"), (2, "Hamburg"), (3, "Berlin")]:
        book.say(city, at)

    assert book.story() == [
        ("Berlin", SUPERSEDED, day(1), day(2)),
        ("Hamburg", SUPERSEDED, day(2), day(3)),
        ("Berlin", ACTIVE, day(3), None),
    ]
    assert len({fact.fact_id for fact in book.facts()}) == 3


def test_a_flagged_fact_supersedes_nothing_and_a_repeat_does_not_free_it() -> None:
    book = Book()
    book.say("Berlin", 1)
    book.say("Hamburg", 2, flagged="instruction")
    book.say("Hamburg", 3)
    book.say("Hamburg", 4, flagged="instruction")

    assert [fact.object for fact in book.facts(ACTIVE)] == ["Berlin"]
    assert [(f.object, f.state_reason, f.evidence_count) for f in book.facts(FLAGGED)] == [
        ("Hamburg", "instruction", 3)
    ]


def test_a_flagged_and_a_plain_fact_of_one_message_have_ids_of_their_own() -> None:
    book, message = Book(), a_message("both", 1)
    flagged = a_fact("Berlin", message, flagged="instruction")
    book.tell(flagged, a_fact("Berlin", message), flagged, messages=(message,))

    assert sorted((f.state.value, f.evidence_count) for f in book.facts()) == [("active", 1), ("flagged", 1)]


def test_what_feedback_retracted_does_not_come_back_by_being_said_again() -> None:
    book = Book()
    book.say("Berlin", 1)
    stored = book.kept[book.the("Berlin").fact_id]
    wrong = replace(stored.fact, state=RETRACTED, state_reason="feedback")
    book.kept[wrong.fact_id] = replace(stored, fact=wrong)
    book.say("Berlin", 9)

    assert [(f.state, f.state_reason, f.evidence_count) for f in book.facts()] == [(RETRACTED, "feedback", 2)]


def test_an_edit_withdraws_what_its_old_text_said_and_revives_what_that_had_ended() -> None:
    book = Book()
    book.say("Berlin", 1)
    book.say("Hamburg", 2)
    edited = a_message("Hamburg@2", 2, text="never mind")
    changes = book.tell(messages=(edited,))

    assert [(gone.identity, gone.reason) for gone in changes.withdrawn] == [(edited.identity, "reread")]
    assert [fact.object for fact in book.facts(ACTIVE)] == ["Berlin"]
    assert [(fact.object, fact.state_reason) for fact in book.facts(RETRACTED)] == [("Hamburg", "reread")]


def test_an_edit_that_says_the_same_keeps_the_fact_and_its_id() -> None:
    book = Book()
    book.say("Berlin", 1)
    before = book.the("Berlin")
    edited = a_message("Berlin@1", 1, text="I live in Berlin!")
    book.tell(a_fact("Berlin", edited), messages=(edited,))

    assert book.the("Berlin") == before
    assert book.kept[before.fact_id].evidence[0].content_hash == edited.content_hash


def test_an_edit_of_a_message_without_an_id_is_known_by_its_point() -> None:
    book = Book()
    for text in ("Berlin", "Berlin!"):
        message = a_message("p", 1, text=text, message_id=None)
        book.tell(a_fact("Berlin", message), messages=(message,))

    assert [(fact.state, fact.evidence_count) for fact in book.facts()] == [(ACTIVE, 1)]


def test_a_fact_whose_message_went_away_comes_back_when_it_is_said_again() -> None:
    book = Book()
    book.say("Berlin", 1)
    lost = replace(book.the("Berlin"), state=RETRACTED, state_reason="gone", evidence_count=0)
    book.kept[lost.fact_id] = Remembered(fact=lost, evidence=())
    book.say("Berlin", 5)

    assert [(fact.state, fact.valid_from) for fact in book.facts()] == [(ACTIVE, day(5))]


def test_a_fact_that_was_retracted_by_rereading_comes_back_by_rereading() -> None:
    book = Book()
    book.say("Berlin", 1)
    book.tell(messages=(a_message("Berlin@1", 1, text="edited away"),))
    gone = book.the("Berlin").state
    book.say("Berlin", 1)

    assert (gone, book.the("Berlin").state, book.the("Berlin").state_reason) == (RETRACTED, ACTIVE, None)


def test_a_line_of_the_bot_supports_from_the_answer_on_and_weighs_little() -> None:
    book = Book()
    question, answer = a_message("In Berlin?", 1, role=Role.BOT), a_message("yes", 2)
    book.tell(a_fact("Berlin", question, answer, doubts=("assent",)), messages=(question, answer))
    plain = Book()
    plain.say("Berlin", 2)

    assert (book.the("Berlin").valid_from, book.the("Berlin").evidence_count) == (day(2), 2)
    assert book.the("Berlin").confidence < plain.the("Berlin").confidence


def test_the_surest_word_is_the_certainty_of_a_fact() -> None:
    book = Book()
    book.say("Berlin", 1, certainty=Certainty.UNSURE)
    book.say("Berlin", 2, certainty=Certainty.SURE)
    book.say("Berlin", 3, certainty=Certainty.LIKELY)

    assert book.the("Berlin").certainty is Certainty.SURE


def test_facts_beside_the_point_do_no_harm() -> None:
    book = Book()
    book.say("Berlin", 1)
    book.say("tea", 1, predicate="likes")
    message = a_message("new", 5)
    related: list[Remembered] = [*book.kept.values()]

    changes = remember(a_batch(message), Known(), related, Digest(facts=(a_fact("Hamburg", message),)), method="m")

    assert [fact.object for fact in changes.revised_facts] == ["Berlin"]
    assert [(fact.object, fact.method) for fact in changes.new_facts] == [("Hamburg", "m")]


def test_a_fact_counts_as_superseded_once_whether_it_was_known_before_or_not() -> None:
    book, then, now = Book(), a_message("then", 1), a_message("now", 30)

    within_a_batch = book.tell(a_fact("Oslo", then), a_fact("Bergen", now), messages=(then, now))
    known_before = book.say("Tromsø", 60)
    said_again = book.say("Oslo", 2)

    assert [within_a_batch.superseded, known_before.superseded, said_again.superseded] == [1, 1, 0]
