"""``python -m bench.model_server``: the server as a process of its own, until its standard input ends."""

import argparse
import json
import sys
from pathlib import Path

from bench.model_server.facts import FactResponder, from_file
from bench.model_server.server import ModelServer


def main() -> None:
    """Serve; the first line of the output is JSON with the ``base_url``."""
    options = argparse.ArgumentParser(prog="python -m bench.model_server", description=__doc__)
    options.add_argument("--port", type=int, default=0, help="0 takes any free port")
    options.add_argument("--latency-ms", type=float, default=0, help="before each answer")
    options.add_argument("--facts", type=Path, help="JSON array of facts to answer where their messages are recognised")
    chosen = options.parse_args()
    responder = FactResponder(from_file(chosen.facts)) if chosen.facts else None
    with ModelServer(responder, port=chosen.port) as server:
        server.latency_seconds = chosen.latency_ms / 1_000
        print(json.dumps({"base_url": server.base_url}), flush=True)
        # Whoever started it holds the other end: when they die, even by SIGKILL, it ends too.
        sys.stdin.read()


if __name__ == "__main__":
    main()
