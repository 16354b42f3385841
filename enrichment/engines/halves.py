"""Half precision, in which vectors are kept: the same numbers as numpy's own conversions, in a third of the time.

Numpy converts number by number. Rounding is integer arithmetic on the bits of all of them at once, and there are only
65,536 halves to look up.
"""

import numpy as np

from enrichment.engines.frame import Vector

_ALL = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
# Of the 23 bits of a single's fraction a half has 10.
_LOST = 13
_ALMOST_HALF, _KEPT = np.uint32((1 << (_LOST - 1)) - 1), np.uint32(0xFFFFFFFF << _LOST & 0xFFFFFFFF)
_LEAST_NORMAL = np.float32(2.0**-14)
_LEAST_NORMAL_BITS = _LEAST_NORMAL.view(np.uint32)
_MAGNITUDE, _SIGN, _SIGN_OF_HALF = np.uint32(0x7FFFFFFF), 16, 0x8000
# A single's exponent begins 112 below a half's.
_OTHER_BIAS = np.uint32(112 << 10)
# Below, numpy's own conversion is over before ours has begun.
_FEW = 2048


def halved(values: Vector) -> Vector:
    """Return values of any shape, of magnitude 1 or less, rounded to half precision, ties to even."""
    if values.size < _FEW:
        return values.astype(np.float16).astype(np.float32)
    bits = np.ascontiguousarray(values).view(np.uint32)
    rounded = bits >> _LOST
    rounded &= 1
    rounded += _ALMOST_HALF
    rounded += bits
    rounded &= _KEPT
    found: Vector = rounded.view(np.float32)
    # Halves this small are spaced evenly, with fewer bits.
    small = np.flatnonzero(np.abs(found) < _LEAST_NORMAL)
    if small.size:
        found.reshape(-1)[small] = values.reshape(-1)[small].astype(np.float16)
    return found


def packed(halves: Vector) -> bytes:
    """Return as bytes what ``halved`` gave: the same as numpy's conversion, a shift and a subtraction for each."""
    if halves.size < _FEW:
        return halves.astype(np.float16).tobytes()
    bits = np.ascontiguousarray(halves).view(np.uint32)
    magnitude = bits & _MAGNITUDE
    found = ((magnitude >> _LOST) - _OTHER_BIAS | bits >> _SIGN & _SIGN_OF_HALF).astype(np.uint16)
    small = np.flatnonzero(magnitude < _LEAST_NORMAL_BITS)
    if small.size:
        found.reshape(-1)[small] = halves.reshape(-1)[small].astype(np.float16).view(np.uint16)
    return found.tobytes()


def singles(data: bytes, count: int = -1) -> Vector:
    """Return the first ``count`` halves of bytes, or all, as single precision."""
    found: Vector = _ALL.take(np.frombuffer(data, dtype=np.uint16, count=count), mode="wrap")
    return found
