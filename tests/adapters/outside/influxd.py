"""A real InfluxDB 1.x for tests, where it is installed: `apt-get install influxdb` (Debian)."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

INSTALLED = shutil.which("influxd")
_CONFIGURATION = """\
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
[http]
bind-address = "127.0.0.1:{port}"
log-enabled = false
[monitor]
store-enabled = false
"""


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a server of its own for the length of this block; yields its address."""
    port, rpc = _free_port(), _free_port()
    configuration = folder / "influxdb.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, rpc=rpc))
    command = [INSTALLED or "influxd", "-config", str(configuration)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            # Connects again, with growing pauses, until the server listens.
            with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as http:
                http.get(f"{address}/ping").raise_for_status()
            yield address
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
