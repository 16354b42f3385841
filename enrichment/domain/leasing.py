"""The right to work for a user."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to work for one user in all collections until it runs out or is fenced off."""

    user_id: str
    owner: uuid.UUID
    fence: int
