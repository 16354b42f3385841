"""The stage on which the adapters act."""

import pytest

from enrichment.adapters.postgres.pool import Database
from tests.adapters.postgres.examples import Stage


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)
