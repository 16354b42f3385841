"""A small cache of contexts: bounded, by age, and emptied for a user whose memory changed."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta

from enrichment.reader.values import Context

_HASH_LENGTH = 32


def user_hash(user_id: str) -> str:
    """Return what stands for a user in notifications, which anybody connected may hear: 32 hexadecimal digits."""
    return hashlib.sha256(user_id.encode()).hexdigest()[:_HASH_LENGTH]


@dataclass(frozen=True, slots=True)
class Key:
    """Whose context it is, and who may hear it."""

    user_id: str
    bot_name: str
    scope: str


@dataclass(slots=True)
class Loading:
    """A load under way; what it brings is not kept if the user's memory changed meanwhile."""

    key: Key
    is_outdated: bool = False


@dataclass(slots=True, kw_only=True)
class ContextCache:
    """Keeps the ``size`` contexts that were used last; times are seconds of one clock that never goes back.

    A context is good for ``good_for``; while the database is away it is served, as stale, for ``keep_for``.
    """

    size: int
    good_for: timedelta
    keep_for: timedelta
    _contexts: OrderedDict[Key, tuple[Context, float]] = field(default_factory=OrderedDict)
    _by_user: dict[str, set[Key]] = field(default_factory=dict)
    _loading: dict[str, list[Loading]] = field(default_factory=dict)

    def good(self, key: Key, now: float) -> Context | None:
        """Return the context if it needs no look at the database yet."""
        return self._younger(key, now, self.good_for)

    def last(self, key: Key, now: float) -> Context | None:
        """Return the context that may still be served if there is no better one."""
        return self._younger(key, now, self.keep_for)

    def begin(self, key: Key) -> Loading:
        """Note that a load begins; every load ends with ``keep`` or ``give_up``."""
        loading = Loading(key)
        self._loading.setdefault(user_hash(key.user_id), []).append(loading)
        return loading

    def keep(self, loading: Loading, context: Context, now: float) -> None:
        """Keep what a load brought, unless the user's memory changed since it began."""
        if not loading.is_outdated and self.size:
            self._contexts[loading.key] = context, now
            self._contexts.move_to_end(loading.key)
            self._by_user.setdefault(user_hash(loading.key.user_id), set()).add(loading.key)
            while len(self._contexts) > self.size:
                self._drop(next(iter(self._contexts)))

    def end(self, loading: Loading) -> None:
        """Note that a load is over."""
        who = user_hash(loading.key.user_id)
        rest = [other for other in self._loading.get(who, ()) if other is not loading]
        if rest:
            self._loading[who] = rest
        else:
            self._loading.pop(who, None)

    def forget(self, who: str) -> bool:
        """Drop what is kept of the user with this hash; tell whether there was anything."""
        for loading in self._loading.get(who, ()):
            loading.is_outdated = True
        keys = self._by_user.get(who, set()).copy()
        for key in keys:
            self._drop(key)
        return bool(keys)

    def forget_all(self) -> None:
        """Drop everything: notifications may have been missed."""
        for who in {*self._by_user, *self._loading}:
            self.forget(who)

    def __len__(self) -> int:
        return len(self._contexts)

    def _younger(self, key: Key, now: float, than: timedelta) -> Context | None:
        found = self._contexts.get(key)
        if found is None or now - found[1] > than.total_seconds():
            return None
        self._contexts.move_to_end(key)
        return found[0]

    def _drop(self, key: Key) -> None:
        del self._contexts[key]
        who = user_hash(key.user_id)
        self._by_user[who].discard(key)
        if not self._by_user[who]:
            del self._by_user[who]
