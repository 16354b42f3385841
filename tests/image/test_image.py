"""The image does the worker's work with nothing but its volume: no root, no network, no writable root."""

import hashlib
import json
import time
from pathlib import Path

import pytest

from tests.image.engine import BASE, Engine

pytestmark = [pytest.mark.image, pytest.mark.timeout(900)]

MOST_BYTES_OVER_BASE = 250_000_000
CHAT = [
    {
        "user_id": "anna",
        "bot_name": "luna",
        "role": "user",
        "content": "I live in Lisbon.",
        "timestamp": "2026-03-01T12:00:00+00:00",
    }
]


def healthy(engine: Engine, name: str, seconds: float = 60) -> bool:
    """Ask as the engine's own timer would, until it says yes."""
    deadline = time.monotonic() + seconds
    command = "healthcheck", "run", name
    by_hand = "exec", name, "enrichment", "health", "--live"
    while time.monotonic() < deadline:
        if engine.call(*(by_hand if engine.is_docker else command)).returncode == 0:
            return True
    return False


def stopped(engine: Engine, name: str) -> int:
    """Stop a container as `docker stop` does, and return its exit code."""
    engine.must("stop", "-t", "30", name)
    return int(engine.inspect(name)["State"]["ExitCode"])


def test_it_drains_what_is_pending_once_and_finds_nothing_to_do_again(
    engine: Engine, image: str, volume: str, tmp_path: Path
) -> None:
    (tmp_path / "chat.jsonl").write_text("\n".join(map(json.dumps, CHAT)))
    tmp_path.chmod(0o755)
    mount = ("-v", f"{tmp_path}:/chat:ro")

    imported = engine.run(image, volume, "import", "/chat/chat.jsonl", "-c", "chat", options=mount)
    first = engine.run(image, volume, "run", "--once", "--json")
    again = engine.run(image, volume, "run", "--once", "--json")

    assert (imported.returncode, first.returncode, again.returncode) == (0, 0, 0), imported.stderr + first.stderr
    assert (json.loads(first.stdout)["completed"], json.loads(again.stdout)["model_calls"]) == (1, 0)


def test_the_daemon_is_healthy_and_ends_well_when_told_to(engine: Engine, image: str, volume: str) -> None:
    with engine.started(image, volume) as name:
        alive = healthy(engine, name)
        code = stopped(engine, name)

    assert (alive, code) == (True, 0)


def test_nobody_in_it_is_root_and_nothing_in_it_can_be_written(engine: Engine, image: str, volume: str) -> None:
    with engine.started(image, volume) as name:
        user = engine.must("exec", name, "id", "-u")
        refused = [engine.call("exec", name, "touch", f"{where}/x").returncode for where in ("/opt", "/etc", "/usr")]

    assert user == "10001"
    assert 0 not in refused


@pytest.mark.parametrize("tool", ["uv", "pip", "gcc", "curl", "git"])
def test_it_holds_no_tool_that_only_a_build_needs(engine: Engine, image: str, tool: str) -> None:
    found = engine.call("run", "--rm", "--entrypoint", "sh", image, "-c", f"command -v {tool}")

    assert found.returncode != 0


def test_nothing_of_the_machine_that_built_it_is_in_it(engine: Engine, image: str) -> None:
    bundle = "cat /etc/ssl/certs/ca-certificates.crt"
    texts = [engine.must("run", "--rm", "--entrypoint", "sh", name, "-c", bundle) for name in (BASE, image)]
    settings = engine.inspect(image)["Config"]["Env"]

    assert hashlib.sha256(texts[0].encode()).digest() == hashlib.sha256(texts[1].encode()).digest()
    assert {setting.partition("=")[0] for setting in settings} <= {
        *("PATH", "LANG", "GPG_KEY", "PYTHON_VERSION", "PYTHON_SHA256"),
        *("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "ENRICHMENT_DATA_DIR"),
    }


def test_it_is_not_much_larger_than_what_it_stands_on(engine: Engine, image: str) -> None:
    size, base = (int(engine.inspect(name)["Size"]) for name in (image, BASE))

    print(f"\nimage: {(size - base) / 1e6:.0f} MB over its base of {base / 1e6:.0f} MB")  # noqa: T201
    assert size - base <= MOST_BYTES_OVER_BASE


def test_a_setting_that_is_wrong_is_named(engine: Engine, image: str, volume: str) -> None:
    wrong = engine.run(image, volume, "run", options=("-e", "ENRICHMENT_LOOP__GRACE=3"))

    assert (wrong.returncode, "ENRICHMENT_LOOP__GRACE" in wrong.stderr) == (78, True)


def test_a_server_that_is_not_there_is_named(engine: Engine, image: str, volume: str) -> None:
    there = ("-e", "ENRICHMENT_QDRANT__URL=http://127.0.0.1:1", "-e", "ENRICHMENT_QDRANT__TIMEOUT_SECONDS=1")
    unreachable = engine.run(image, volume, "run", "--once", options=there)

    assert (unreachable.returncode, "qdrant" in unreachable.stderr) == (69, True)


@pytest.mark.parametrize(
    ("fault", "lines"),
    [
        ("root", "USER 0:0"),
        ("deaf", "STOPSIGNAL SIGWINCH"),
        ("broken", 'ENTRYPOINT ["enrichment", "--no-such-option"]'),
    ],
)
def test_these_tests_would_find_an_image_that_is_wrong(
    engine: Engine, image: str, volume: str, tmp_path: Path, fault: str, lines: str
) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {image}\n{lines}\n")
    wrong = engine.build(f"localhost/enrichment:{fault}", tmp_path)

    with engine.started(wrong, volume) as name:
        found = [healthy(engine, name, seconds=20), engine.call("exec", name, "id", "-u").stdout.strip() == "10001"]
        found.append(stopped(engine, name) == 0)

    assert False in found
