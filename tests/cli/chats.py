"""What somebody said, as a file that `enrichment import` reads."""

import json
from collections.abc import Sequence
from pathlib import Path

BEGUN = 1_770_000_000


def chat_file(folder: Path, user: str, texts: Sequence[str]) -> Path:
    """Write what a user said, a second apart, and return the file."""
    lines = [
        {"user_id": user, "bot_name": "luna", "role": "user", "content": text, "timestamp": at}
        for at, text in enumerate(texts, BEGUN)
    ]
    file = folder / "chat.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file
