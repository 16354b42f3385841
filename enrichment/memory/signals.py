"""Merges signals that say the same of the same person: what results is a function of the set of their messages.

In whatever order messages are read, and however often, the same witnesses lead to the same signal.
"""

import math
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from enrichment.domain.digest import Signal
from enrichment.domain.ids import derived_uuid
from enrichment.domain.profile import MergedSignal, Owner, SignalKey, SignalKind, Witness
from enrichment.domain.text import normalised

# The newest witnesses of a signal; what older ones said has been said again since.
KEPT = 64
HALF_LIFE = timedelta(days=90)
# A model's hint from one message is as good as a coin: two messages make it worth showing.
_WEIGHT = 0.5
_HIGHEST = 0.99
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def told(user_id: str, signals: Iterable[Signal]) -> dict[SignalKey, list[Witness]]:
    """Return the witnesses of a digest's signals; each of the cited messages is one.

    They are about their authors; the user whose memory it is needs no name.
    """
    nameless = {None, user_id, user_id.rpartition(":")[2]}
    found: dict[SignalKey, list[Witness]] = defaultdict(list)
    for signal in signals:
        for one in signal.evidence:
            key = SignalKey(signal.kind, "" if one.author in nameless else one.author or "", normalised(signal.name))
            witness = Witness(
                identity=one.identity,
                name=signal.name,
                value=signal.value,
                quote=one.quote,
                weight=_WEIGHT,
                said_at=one.said_at,
            )
            found[key].append(witness)
    return found


def signal_id(owner: Owner, key: SignalKey) -> uuid.UUID:
    """Return the id of the signal with this key in this memory."""
    parts = owner.user_id, owner.bot_name, owner.scope, key.kind, key.about, key.name_key
    return derived_uuid("signal", *parts)


def kept(witnesses: Iterable[Witness], gone: Collection[bytes] = ()) -> tuple[Witness, ...]:
    """Return one witness for each message, the newest ``KEPT``, oldest first; those of ``gone`` messages left out."""
    by_message = {one.identity: one for one in sorted(witnesses, key=_order) if one.identity not in gone}
    return tuple(sorted(by_message.values(), key=_order)[-KEPT:])


def merged(owner: Owner, key: SignalKey, witnesses: Sequence[Witness]) -> MergedSignal:
    """Return what these witnesses, at least one and as ``kept`` returns them, say together."""
    newest = witnesses[-1]
    return MergedSignal(
        signal_id=signal_id(owner, key),
        key=key,
        name=newest.name,
        value=_value(key.kind, witnesses),
        confidence=min(_HIGHEST, 1 - math.prod(1 - one.weight for one in witnesses)),
        sample_size=len(witnesses),
        strength=strength(one.said_at for one in witnesses),
        quote=max(witnesses, key=lambda one: (one.weight, one.said_at, one.quote)).quote,
        first_at=witnesses[0].said_at,
        last_at=newest.said_at,
    )


def strength(times: Iterable[datetime]) -> float:
    """Return log2 of the sum of mentions that fade by half in ``HALF_LIFE``, seen from 1970.

    So written it compares two things whatever the time is: at a time t, the mentions left are 2 ** (strength - t / H).
    """
    ages = [(time - _EPOCH) / HALF_LIFE for time in times]
    newest = max(ages)
    return newest + math.log2(sum(2 ** (age - newest) for age in ages))


def mentions_left(of: float, at: datetime) -> float:
    """Return how many mentions are left at a time of something with this strength."""
    return float(2 ** (of - (at - _EPOCH) / HALF_LIFE))


def _order(one: Witness) -> tuple[datetime, bytes, str, str]:
    return one.said_at, one.identity, one.value, one.name


def _value(kind: str, witnesses: Sequence[Witness]) -> str:
    """Return the value that most is said for, the latest of a preference: how to be answered can be changed."""
    valued = [one for one in witnesses if one.value]
    if not valued:
        return ""
    if kind in {SignalKind.PREFERENCE, SignalKind.IDENTITY}:
        return valued[-1].value
    votes: dict[str, tuple[float, datetime, str]] = {}
    for one in valued:
        weight = votes[normalised(one.value)][0] if normalised(one.value) in votes else 0.0
        votes[normalised(one.value)] = weight + one.weight, one.said_at, one.value
    return max(votes.values())[2]


def merged_all(owner: Owner, witnesses: Mapping[SignalKey, Sequence[Witness]]) -> list[MergedSignal]:
    """Return the signals that have a witness left."""
    return [merged(owner, key, ones) for key, ones in witnesses.items() if ones]
