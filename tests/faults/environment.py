"""A program that tells what it was given."""

import json
import os

print(json.dumps({"environment": dict(os.environ), "pid": os.getpid()}))  # noqa: T201  # this is its answer
