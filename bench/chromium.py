"""A real Chromium, as the system has it, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


class NoChromium(RuntimeError):
    """There is none; the text says how to get one."""


class Launch(TypedDict):
    """How Playwright starts it."""

    executable_path: str
    args: list[str]


def launch() -> Launch:
    """Return how to start the browser; raises ``NoChromium``."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise NoChromium("there is no Chromium on the PATH: apt-get install chromium")
    # Its sandbox needs a user of its own, and here it sees nothing but our pages.
    return {"executable_path": path, "args": ["--no-sandbox"] if os.geteuid() == 0 else []}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open the browser; raises ``NoChromium``."""
    started = launch()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**started)
        try:
            yield browser
        finally:
            browser.close()
