"""Half precision is exactly numpy's, whatever the numbers."""

import numpy as np
import pytest

from enrichment.engines.halves import halved, packed, singles

EVERY_HALF = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
FINITE = EVERY_HALF[np.isfinite(EVERY_HALF)].astype(np.float32)
WITHIN_ONE = FINITE[np.abs(FINITE) <= 1]


def test_halves_come_back() -> None:
    np.testing.assert_array_equal(singles(EVERY_HALF.tobytes()), EVERY_HALF.astype(np.float32))


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("least", [0, 10_000])
def test_what_lies_between_two_halves_is_rounded_as_numpy_rounds(share: float, least: int) -> None:
    low, high = np.sort(WITHIN_ONE)[:-1], np.sort(WITHIN_ONE)[1:]
    between = (low + np.float32(share) * (high - low)).astype(np.float32)[least:]
    expected = between.astype(np.float16).astype(np.float32)
    assert halved(between).tobytes() == expected.tobytes()


@pytest.mark.parametrize("few", [1, 1000])
def test_halves_are_packed_as_numpy_packs_them(few: int) -> None:
    assert packed(WITHIN_ONE) == WITHIN_ONE.astype(np.float16).tobytes()
    assert packed(WITHIN_ONE[-few:]) == WITHIN_ONE[-few:].astype(np.float16).tobytes()


def test_few_and_many_are_rounded_alike() -> None:
    values = np.random.default_rng(1).normal(scale=0.05, size=(60, 384)).astype(np.float32).clip(-1, 1)
    assert halved(values).tobytes() == b"".join(halved(row).tobytes() for row in values)
