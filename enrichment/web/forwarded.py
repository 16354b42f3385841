"""Tells what a proxy has passed on: it comes from anywhere, whatever machine the proxy is on."""

from collections.abc import Mapping
from typing import Final

_BY_PROXIES: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def is_forwarded(headers: Mapping[str, str]) -> bool:
    """Tell whether a proxy has signed these headers, whose names are in lower case."""
    return any(name in headers for name in _BY_PROXIES)
