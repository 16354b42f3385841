"""Holds the servers of a data directory, as a program would: prints where they are, and waits for its input to end."""

import json
import sys
from pathlib import Path

from enrichment.adapters.embedded import embedded_blocking

with embedded_blocking(Path(sys.argv[1])) as servers:
    print(json.dumps([servers.qdrant_url, servers.postgres_dsn]), flush=True)  # noqa: T201  # this is its answer
    sys.stdin.read()
