"""What tokens cost: from the settings, else from the table that ships with the program, else nobody knows."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """US dollars per million tokens, for providers that do not report a cost; cached tokens are part of the prompt's.

    ``known`` False marks a stand-in that only reservations use.
    """

    prompt: Decimal = Decimal(0)
    answer: Decimal = Decimal(0)
    cached: Decimal | None = None
    known: bool = True

    def cost(self, prompt_tokens: int, answer_tokens: int, cached_tokens: int = 0) -> Decimal:
        """Return the price of a call in US dollars."""
        cached_price = self.prompt if self.cached is None else self.cached
        fresh = prompt_tokens - cached_tokens
        return (self.prompt * fresh + cached_price * cached_tokens + self.answer * answer_tokens) / 1_000_000


FREE = Prices()


def listed(model: str) -> Prices:
    """Return a model's prices by its name, or the stand-in for models that the table does not know."""
    name = model.lower().rsplit("/", maxsplit=1)[-1]
    table = _table()
    for entry in table["model"]:
        if any(fnmatchcase(name, pattern) for pattern in entry["names"]):
            return Prices(
                prompt=Decimal(entry["prompt"]), answer=Decimal(entry["answer"]), cached=Decimal(entry["cached"])
            )
    assumed = table["assumed"]
    return Prices(prompt=Decimal(assumed["prompt"]), answer=Decimal(assumed["answer"]), known=False)


@cache
def _table() -> Mapping[str, Any]:
    """Read ``prices.toml``: in the wheel it lies beside the code, in a checkout under ``config/``."""
    package = Path(str(files("enrichment")))
    installed = package / "prices.toml"
    path = installed if installed.is_file() else package.parent / "config" / "prices.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
