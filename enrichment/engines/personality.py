"""Engine 3, personality profiles: which modes the bot shows to a user, and how the user takes each of them.

Effects are those of a regression that knows the user's mood and length before the bot spoke: a bot that comforts the
sad is not blamed for their sadness. No claim is made about the user's personality.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from enrichment.domain.messages import Role
from enrichment.engines.adaptation import FEWEST_PAIRED, beliefs, suggestions
from enrichment.engines.evolution import history
from enrichment.engines.frame import Asked, Basis, CacheRow, Engine, Pair, Seen, envelope, rounded, tidy
from enrichment.engines.hearing import Heard, followed, heard
from enrichment.engines.personality_state import (
    COLUMNS,
    CONTEXT,
    DAYS,
    REACTIONS,
    SIZE,
    UPPER,
    Day,
    PersonalityState,
    decode,
    encode,
    symmetric,
)
from enrichment.engines.reactions import Exchange
from enrichment.engines.regression import Moments, Posterior, moments_of
from enrichment.engines.traits import TRAITS, UNKNOWN, shown

METHOD = "surface marks, Bayesian regression on reactions"
FEWEST_TURNS = 10
_HALF_LIFE_SECONDS = 60 * 86_400.0
_FEWEST_OTHERS = 30.0
_SHOWN = 5
_SHRINKAGE = 10.0
_PRIOR_SHARE_N = 5.0
_CI90 = 1.645
_USUAL_LOG_WORDS = 2.0
_DAY_SECONDS = 86_400
_NONE = (0,) * len(TRAITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalityRow(CacheRow):
    """Which modes a user meets and how they take them."""

    TABLE: ClassVar[str] = "strategic_personality_profiles"
    KEY: ClassVar[tuple[str, ...]] = ("user_id", "bot_name")
    user_id: str
    bot_name: str
    dominant_traits: dict[str, Any]
    user_response_patterns: dict[str, Any]
    adaptation_suggestions: dict[str, Any]
    trait_evolution_history: dict[str, Any]


def absorb(state: PersonalityState, seen: Seen) -> PersonalityState:
    """Count the modes of the bot's turns, and what the user did after each; messages of unknown time are left out."""
    state = state.copy()
    said = heard(seen.messages)
    state.pairing, exchanges = followed(state.pairing, said)
    answered = dict(exchanges)
    reactions, by_day = [], dict[int, list[tuple[int, ...]]]()
    for at, each in enumerate(said):
        if at in answered:
            reactions.append((answered[at], state.marks))
            state.marks = ()
        if each.role is Role.BOT:
            marks = shown(each, state.length)
            state.marks = tuple(map(max, state.marks, marks)) if state.marks else marks
            state.turns += 1
            by_day.setdefault(_day(each, seen), []).append(marks)
    for day, turns in by_day.items():
        state.days = _counted(state.days, day, turns)
    if reactions:
        _learn(state, reactions)
    return state


def _day(said: Heard, seen: Seen) -> int:
    """Return the day in the user's zone, counted from 1970."""
    offset = said.message.said_at.astimezone(seen.zone).utcoffset() if seen.zone else None
    return int((said.at + (offset.total_seconds() if offset else 0.0)) // _DAY_SECONDS)


def _counted(days: tuple[Day, ...], day: int, turns: list[tuple[int, ...]]) -> tuple[Day, ...]:
    """Count the modes of turns that belong to one day; only thirty days are kept."""
    last = days[-1] if days and days[-1].day >= day else Day(day, _NONE, _NONE)
    columns = list(zip(last.shown, last.known, *turns, strict=True))
    shown = tuple([n + marks.count(1) for n, _, *marks in columns])
    known = tuple([n + len(marks) - marks.count(UNKNOWN) for _, n, *marks in columns])
    earlier = days[:-1] if days and last is days[-1] else days
    return (*[each for each in earlier if each.day > last.day - DAYS], Day(last.day, shown, known))


def _learn(state: PersonalityState, reactions: list[tuple[Exchange, tuple[int, ...]]]) -> None:
    """Add exchanges to the decayed sums, all at once: exact but for the order of additions."""
    times = [each.bot.at for each, _ in reactions]
    at = max(state.at, *times)
    fading = math.exp2((state.at - at) / _HALF_LIFE_SECONDS)
    weights = np.array([math.exp2((each - at) / _HALF_LIFE_SECONDS) for each in times])
    active = np.maximum(np.array([(*marks, 1.0) for _, marks in reactions]), 0.0)
    observed = np.array([_observed(each) for each, _ in reactions])
    state.at = at
    state.sums = state.sums * fading + (active * weights[:, None]).T @ observed
    state.moments = state.moments.scaled(fading)
    known = [k for k, (each, _) in enumerate(reactions) if each.before]
    if known:
        context = np.array([_context(reactions[k][0]) for k in known])
        x = np.concatenate((context, active.take(known, axis=0)[:, :-1]), axis=1)
        y = np.array([reactions[k][0].score for k in known])
        state.moments = state.moments + moments_of(x, y, weights[known])


def _context(exchange: Exchange) -> tuple[float, float, float]:
    before = exchange.before
    if before is None:
        return 1.0, 0.0, 0.0
    return 1.0, before.valence or 0.0, math.log1p(before.words) - _USUAL_LOG_WORDS


def _observed(exchange: Exchange) -> tuple[float, ...]:
    """Return what one exchange adds to the sums of each mode that it shows."""
    change, before, reply = exchange.valence_change, exchange.before, exchange.reply
    if reply is None:
        return (1.0, *(0.0,) * (COLUMNS - 1))
    length = (math.log1p(reply.words) - math.log1p(before.words), 1.0) if before else (0.0, 0.0)
    mood = (0.0, 0.0) if change is None else (change, 1.0)
    return (1.0, 1.0, *mood, *length, math.log(exchange.latency_seconds or 1.0), 1.0)


def report(state: PersonalityState, pair: Pair, asked: Asked) -> PersonalityRow:
    """Say which modes there are and how they are taken; below ten turns only what the bot's other users show."""
    others = _of_others(state, asked)
    believed = beliefs(state.moments, others)
    basis = Basis.PRIOR if state.turns < FEWEST_TURNS else Basis.MIXED
    if state.moments.n >= FEWEST_PAIRED:
        basis = Basis.OBSERVED
    said = envelope(n=state.turns, prior_n=FEWEST_TURNS, method=METHOD, basis=basis, late=asked.late)
    traits = _traits(state, asked, believed)
    return PersonalityRow(
        user_id=pair.user_id,
        bot_name=pair.bot_name,
        dominant_traits={**said, "traits": traits[:_SHOWN]},
        user_response_patterns=tidy({**said, "traits": _responses(state)}),
        adaptation_suggestions=tidy(
            {**said, "paired": state.moments.n, "suggestions": suggestions(traits, state.moments.n)}
        ),
        trait_evolution_history={**said, "traits": history(state.days, _names(traits))},
    )


def _of_others(state: PersonalityState, asked: Asked) -> Moments | None:
    """Return the sums of the bot's other users: all less one's own, so that nothing counts twice."""
    population = asked.population
    if "modes.n" not in population:
        return None
    upper = [population.get(f"modes.xx.{k:02}", 0.0) for k in range(SIZE * (SIZE + 1) // 2)]
    everybody = Moments(
        xx=symmetric(upper),
        xy=np.array([population.get(f"modes.xy.{k:02}", 0.0) for k in range(SIZE)]),
        yy=population.get("modes.yy", 0.0),
        n=population["modes.n"],
    )
    others = everybody - state.moments
    is_sound = others.n >= _FEWEST_OTHERS and bool((np.diag(others.xx) >= 0).all()) and others.yy > 0
    return others if is_sound else None


def _traits(state: PersonalityState, asked: Asked, believed: Posterior) -> list[dict[str, Any]]:
    if state.turns < FEWEST_TURNS and not asked.population.get("modes.turns"):
        return []
    described = []
    shown_in_all = _columns([day.shown for day in state.days])
    known_in_all = _columns([day.known for day in state.days])
    for k, trait in enumerate(TRAITS):
        active, known = shown_in_all[k], known_in_all[k]
        everywhere = asked.population.get(f"modes.known.{k}", 0.0)
        if not known and not everywhere:
            continue
        prior_n = _PRIOR_SHARE_N if everywhere else 0.0
        usual = asked.population.get(f"modes.shown.{k}", 0.0) / everywhere if everywhere else 0.0
        mean, sd = float(believed.mean[CONTEXT + k]), believed.sd(CONTEXT + k)
        described.append(
            {
                "trait": trait,
                "frequency": rounded((active + prior_n * usual) / (known + prior_n)),
                "effectiveness": rounded(mean),
                "sd": rounded(sd),
                "ci90": [rounded(mean - _CI90 * sd), rounded(mean + _CI90 * sd)],
                "p_positive": rounded(believed.p_positive(CONTEXT + k)),
                "n": rounded(float(state.sums[k, 0])),
            }
        )
    return sorted(described, key=lambda each: (-each["frequency"], each["trait"]))


def _columns(days: list[tuple[int, ...]]) -> list[float]:
    """Return how many turns showed each mode on all days, or how many it could be known of."""
    return [float(sum(column)) for column in zip(*days, strict=True)] if days else [0.0] * len(TRAITS)


def _names(traits: list[dict[str, Any]]) -> list[str]:
    return [each["trait"] for each in traits[:_SHOWN]]


def _responses(state: PersonalityState) -> dict[str, Any]:
    """Return for each mode how replies differ, each mean shrunk to that of all turns by ten."""
    sums = state.sums
    everyone = sums[-1]
    if everyone[0] < FEWEST_TURNS:
        return {}
    means = [everyone[2 + 2 * k] / everyone[3 + 2 * k] if everyone[3 + 2 * k] else None for k in range(len(REACTIONS))]
    found = {}
    for trait, row in zip(TRAITS, sums, strict=False):
        if row[0] <= 0:
            continue
        change, length, latency = (
            None if mean is None else float((row[2 + 2 * k] + _SHRINKAGE * mean) / (row[3 + 2 * k] + _SHRINKAGE))
            for k, mean in enumerate(means)
        )
        reply_rate = everyone[1] / everyone[0]
        found[trait] = {
            "n": float(row[0]),
            "valence_delta": change,
            "length_ratio": None if length is None else math.exp(length),
            "latency_ratio": None if latency is None or means[2] is None else math.exp(latency - means[2]),
            "reply_rate": float((row[1] + _SHRINKAGE * reply_rate) / (row[0] + _SHRINKAGE)),
        }
    return found


def contribute(state: PersonalityState) -> dict[str, float]:
    """Return the pair's sums, from which those of all users of a bot add up."""
    moments = state.moments
    upper = moments.xx[UPPER].tolist()
    return {
        **{f"modes.xx.{k:02}": value for k, value in enumerate(upper)},
        **{f"modes.xy.{k:02}": value for k, value in enumerate(moments.xy.tolist())},
        **{f"modes.shown.{k}": n for k, n in enumerate(_columns([day.shown for day in state.days]))},
        **{f"modes.known.{k}": n for k, n in enumerate(_columns([day.known for day in state.days]))},
        "modes.yy": moments.yy,
        "modes.n": moments.n,
        "modes.turns": float(state.turns),
    }


ENGINE = Engine(
    name="personality",
    version=2,
    row=PersonalityRow,
    empty=PersonalityState,
    absorb=absorb,
    report=report,
    encode=encode,
    decode=decode,
    contribute=contribute,
)
