"""What context switch detection is worth: boundaries, topics that come back, and when the next switch is due."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from bench.engines import dialseg711
from bench.engines.check import Check
from bench.engines.segmenting import adjusted_rand, score
from bench.engines.stream import BASE, day, said
from enrichment.domain.messages import Message
from enrichment.engines import switch_hazard
from enrichment.engines.context_switch import ENGINE
from enrichment.engines.frame import Seen, Vector
from enrichment.engines.segmentation import Depths, Session, Unit

_REPEATS = 8
_MESSAGES = 600
_TOPICS = 8
_FILLERS = 0.2
_WITHIN, _ACROSS = 0.29, 0.10
_DIMENSIONS = 384
_NAIVE_BELOW = 0.2
_CHUNK = 20

Array = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation with known topics: messages two minutes apart, their vectors, topic by message, boundaries."""

    vectors: list[Vector]
    topics: list[int]
    boundaries: frozenset[int]

    def seen(self) -> Seen:
        """Return it as the engine sees it."""
        messages = [_message(at) for at in range(len(self.vectors))]
        vectors = {m.ref.point_id: vector for m, vector in zip(messages, self.vectors, strict=True)}
        return Seen(user_id=BASE.user_id, bot_name=BASE.bot_name, messages=tuple(messages), vectors=vectors)


def _message(at: int) -> Message:
    return said(f"{at:05}", day(0) + timedelta(minutes=2 * at), "letters nobody understands")


def chat(seed: int) -> Chat:
    """Return messages on 8 topics, a fifth of them fillers that are about nothing; a topic never opens with one.

    A topic holds for 4 messages and a Poisson number with mean 8 more. Two messages on one topic have the mean cosine
    0.29, all others 0.10.
    """
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.standard_normal((_DIMENSIONS, _TOPICS + 1)))[0].T
    vectors: list[Vector] = []
    topics: list[int] = []
    boundaries = set()
    topic = 0
    while len(vectors) < _MESSAGES:
        topic = (topic + int(rng.integers(1, _TOPICS))) % _TOPICS
        boundaries.add(len(vectors))
        for at in range(4 + int(rng.poisson(8))):
            share = 0.0 if at and rng.random() < _FILLERS else _WITHIN - _ACROSS
            noise = rng.standard_normal(_DIMENSIONS) * np.sqrt((1 - _ACROSS - share) / _DIMENSIONS)
            vector = np.sqrt(_ACROSS) * axes[0] + np.sqrt(share) * axes[1 + topic] + noise
            vectors.append((vector / np.linalg.norm(vector)).astype(np.float16).astype(np.float32))
            topics.append(topic)
    return Chat(vectors, topics, frozenset(boundaries - {0}))


def switches_are_found() -> Iterator[Check]:
    """Conversations with known boundaries, through the engine, beside "the cosine to the last message is below 0.2"."""
    chats = [chat(seed) for seed in range(_REPEATS)]
    labels = [_heard(each) for each in chats]
    truths = [(each.boundaries, len(each.vectors)) for each in chats]
    ours = score(truths, [[at for at, new in enumerate(found) if new > 0] for found, _ in labels])
    naive = score(truths, [_adjacent(np.array(each.vectors, dtype=np.float64)) for each in chats])
    yield Check(check="Pk, a fifth fillers", value=ours.pk, high=0.09, naive=naive.pk)
    yield Check(check="F1, a fifth fillers", value=ours.f1, low=0.82, naive=naive.f1)
    yield Check(check="switches too many", value=ours.excess, low=-0.1, high=0.1, naive=naive.excess)
    rand = [adjusted_rand(each.topics, topics) for each, (_, topics) in zip(chats, labels, strict=True)]
    by_message = [adjusted_rand(each.topics, _leaders(each.vectors)) for each in chats]
    yield Check(check="topics recognised, adjusted Rand", value=fmean(rand), low=0.85, naive=fmean(by_message))


def the_next_switch_is_foreseen() -> Iterator[Check]:
    """Poisson lengths: 30 topics seen, the Brier score of "another within 3" on 200 more against the constant rate."""
    skills = []
    for seed in range(40):
        lengths = 3 + np.random.default_rng(seed).poisson(6, size=230)
        exits, at_risk = switch_hazard.empty(), switch_hazard.empty()
        for length in lengths[:30]:
            exits, at_risk = switch_hazard.ended(exits, at_risk, int(length), by_switch=True)
        constant = 1 - (1 - sum(exits) / sum(at_risk)) ** switch_hazard.WITHIN
        cases = [
            (age, age + switch_hazard.WITHIN >= length + 1) for length in lengths[30:] for age in range(1, length + 1)
        ]
        ours = fmean((switch_hazard.likelihood(exits, at_risk, age) - soon) ** 2 for age, soon in cases)
        skills.append(1 - ours / fmean((constant - soon) ** 2 for _, soon in cases))
    yield Check(check="Brier skill of the next switch, 30 topics seen", value=fmean(skills), low=0.10, naive=0.0)


def dialogues_are_cut_where_people_cut_them(data: Path) -> Iterator[Check]:
    """DialSeg711, word vectors fitted on the other half, thresholds learnt on the way from dialogue to dialogue."""
    path = next(data.rglob("dialseg711.json"), None)
    if path is None:
        return
    dialogues = dialseg711.load(path)
    vectors = dialseg711.embedded(dialogues)
    truths = [(each.boundaries, len(each.utterances)) for each in dialogues]
    depths = Depths()
    ours = score(truths, [_streamed(rows, depths) for rows in vectors])
    batch = score(truths, _batched(vectors))
    adjacent = score(truths, [_adjacent(rows) for rows in vectors])
    none: list[Collection[int]] = [() for _ in vectors]
    yield Check(check="DialSeg711: Pk", value=ours.pk, high=0.20, naive=adjacent.pk)
    yield Check(check="DialSeg711: WindowDiff", value=ours.window_diff, high=0.22, naive=adjacent.window_diff)
    yield Check(check="DialSeg711: F1", value=ours.f1, low=0.70, naive=adjacent.f1)
    yield Check(check="DialSeg711: Pk lost by streaming", value=ours.pk - batch.pk, high=0.01)
    yield Check(check="DialSeg711: Pk of no boundary at all (F1 0)", value=score(truths, none).pk)


def _heard(each: Chat) -> tuple[list[int], list[int]]:
    """Return by message whether a topic opens there, and which topic it belongs to."""
    state, seen = ENGINE.empty(), each.seen()
    segments: dict[float, int] = {}
    for at in range(0, len(seen.messages), _CHUNK):
        state = ENGINE.absorb(
            state,
            Seen(
                user_id=seen.user_id,
                bot_name=seen.bot_name,
                messages=seen.messages[at : at + _CHUNK],
                vectors=seen.vectors,
            ),
        )
        segments |= {segment.start: segment.topic_id or 0 for segment in state.recent}
    closing = said("closing", day(9))
    state = ENGINE.absorb(state, Seen(user_id=seen.user_id, bot_name=seen.bot_name, messages=(closing,)))
    segments |= {segment.start: segment.topic_id or 0 for segment in state.recent}
    opens = [int(m.said_at.timestamp() in segments) for m in seen.messages]
    opens[0] = 0
    topics: list[int] = []
    for message in seen.messages:
        topics.append(segments.get(message.said_at.timestamp(), topics[-1] if topics else 0))
    return opens, topics


def _streamed(rows: Array, depths: Depths) -> list[int]:
    session = Session()
    units = [Unit(row, at, at, 1) for at, row in enumerate(rows.astype(np.float32))]
    decisions = [*session.add(units, depths), *session.finish(depths)]
    return [int(each.unit.start) for each in decisions if each.clarity is not None and each.unit.start]


def _batched(vectors: Sequence[Array]) -> list[list[int]]:
    """Return the boundaries by the same depths, but with the mean and spread of the whole corpus known beforehand."""
    corpus = Depths(n=1e-9, mean=0.0, square=1e-9)
    for rows in vectors:
        _streamed(rows, corpus)
    found = []
    for rows in vectors:
        settled = Depths(n=1e12, mean=corpus.mean, square=corpus.square / corpus.n * 1e12)
        found.append(_streamed(rows, settled))
    return found


def _adjacent(rows: Array) -> list[int]:
    return [at for at in range(1, len(rows)) if float(rows[at] @ rows[at - 1]) < _NAIVE_BELOW]


def _leaders(vectors: Sequence[Vector]) -> list[int]:
    """Return the naive topics: each message joins the nearest earlier message within the threshold, else its own."""
    labels: list[int] = []
    for at, vector in enumerate(vectors):
        likeness = np.array(vectors[:at]) @ vector if at else np.zeros(1)
        best = int(np.argmax(likeness))
        labels.append(labels[best] if likeness[best] >= _NAIVE_BELOW else max(labels, default=-1) + 1)
    return labels


TRIALS = (switches_are_found, the_next_switch_is_foreseen)
REPLAYS = (dialogues_are_cut_where_people_cut_them,)
