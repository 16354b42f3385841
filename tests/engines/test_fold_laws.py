import random
from dataclasses import asdict
from datetime import timedelta

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.engines.chatter import LINES, chatter, parts
from bench.engines.stream import Stream, day
from enrichment.engines.frame import LATENESS, AnyEngine, Asked
from enrichment.engines.registry import ENGINES
from enrichment.engines.waiting import Arrived
from tests.engines.laws import row_bytes, shuffled

EVERY_ENGINE = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
A_FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEED = st.integers(0, 2**32)
NOW = day(400)
LARGEST_STATE = 160_000


@EVERY_ENGINE
@A_FEW
@given(seed=SEED, share=st.floats(0, 1))
def test_two_batches_fold_to_what_one_folds_to(engine: AnyEngine, seed: int, share: float) -> None:
    whole = chatter(seed, 150)
    cut = whole.messages[int(share * 149)].said_at

    assert row_bytes(engine, parts(whole, cut)) == row_bytes(engine, [whole])


@EVERY_ENGINE
@A_FEW
@given(seed=SEED)
def test_order_inside_the_lateness_window_does_not_matter(engine: AnyEngine, seed: int) -> None:
    whole = chatter(seed, 150)

    late = list(shuffled(whole, random.Random(seed), LATENESS - timedelta(seconds=1), cuts=9))

    assert row_bytes(engine, late) == row_bytes(engine, [whole])


@EVERY_ENGINE
def test_a_replay_gives_the_same_bytes(engine: AnyEngine) -> None:
    first, second = Stream([engine]).feed(chatter(1, 200)), Stream([engine]).feed(chatter(1, 200))

    assert engine.encode(first.states[engine.name]) == engine.encode(second.states[engine.name])
    assert first.rows(Asked(now=NOW)) == second.rows(Asked(now=NOW))


@EVERY_ENGINE
def test_a_state_comes_back_from_its_bytes(engine: AnyEngine) -> None:
    state = Stream([engine]).feed(chatter(2, 200)).states[engine.name]

    assert engine.encode(engine.decode(engine.encode(state))) == engine.encode(state)


@EVERY_ENGINE
def test_absorbing_leaves_the_old_state_as_it_was(engine: AnyEngine) -> None:
    stream = Stream([engine]).feed(chatter(3, 200))
    state = stream.states[engine.name]
    before = engine.encode(state)

    engine.absorb(state, stream.ahead)

    assert engine.encode(state) == before


@EVERY_ENGINE
def test_a_long_history_does_not_make_a_state_big(engine: AnyEngine) -> None:
    stream = Stream([engine])

    for batch in shuffled(chatter(4, 4000), random.Random(4), timedelta(0), cuts=60):
        stream.feed(batch)

    assert len(engine.encode(stream.states[engine.name])) <= LARGEST_STATE


@EVERY_ENGINE
@pytest.mark.parametrize("language", [*LINES])
def test_any_script_can_be_read(engine: AnyEngine, language: str) -> None:
    spoken = Stream([engine]).feed(chatter(5, 120, language=language))

    row = spoken.rows(Asked(now=NOW))[engine.name]

    assert row is None or orjson.dumps(asdict(row))


@EVERY_ENGINE
def test_a_pair_of_whom_nothing_is_known_can_be_reported(engine: AnyEngine) -> None:
    row = Stream([engine]).feed(Arrived()).rows(Asked(now=NOW))[engine.name]

    assert row is None or orjson.dumps(asdict(row))


def test_every_engine_has_a_name_and_a_table_column_of_its_own() -> None:
    names = [engine.name for engine in ENGINES]

    assert len(set(names)) == len(names)
    assert all(engine.version >= 1 for engine in ENGINES)
