"""How long to wait on a machine that has other things to do: bounds are said in seconds of one that has not."""

import os

_MOST = 5.0


def patiently(seconds: float) -> float:
    """Return the bound for a machine as busy as this one is now: as many times longer as each core has work waiting.

    A bound that shows that something did not hang must not show how many others run beside it.
    """
    waiting_for_each_core = os.getloadavg()[0] / (os.cpu_count() or 1)
    return seconds * min(_MOST, 1 + waiting_for_each_core)
