"""The image, built once for all its tests."""

from collections.abc import Iterator

import pytest

from tests.image.engine import Engine, found_engine


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with found_engine() as found:
        if found is None:
            pytest.fail("needs docker, or podman with runc and mmdebstrap (Debian: apt install podman runc mmdebstrap)")
        yield found
        if not found.is_docker:
            found.call("system", "reset", "--force")


@pytest.fixture(scope="session")
def image(engine: Engine) -> str:
    return engine.build("localhost/enrichment:test")


@pytest.fixture
def volume(engine: Engine) -> Iterator[str]:
    with engine.volume() as volume:
        yield volume
