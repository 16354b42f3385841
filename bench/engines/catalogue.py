"""Which checks belong to which engine: each engine's module here gives its ``TRIALS`` and ``REPLAYS``."""

from collections.abc import Mapping

from bench.engines.check import Replay, Trial

TRIALS: Mapping[str, tuple[Trial, ...]] = {}
REPLAYS: Mapping[str, tuple[Replay, ...]] = {}
