"""A real Chromium, as the system has it, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


class NoChromium(RuntimeError):
    """There is none; the text says how to get one."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open the browser; raises ``NoChromium``."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise NoChromium("there is no Chromium on the PATH: apt-get install chromium")
    # Its sandbox needs a user of its own, and here it sees nothing but our pages.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=as_root)
        try:
            yield browser
        finally:
            browser.close()
