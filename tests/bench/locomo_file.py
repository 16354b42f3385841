"""A conversation of our own in LoCoMo's form: three sessions, out of order, with every way to cite a turn."""

import json
from pathlib import Path

SAMPLE = "tiny"


def turn(turn_id: str, speaker: str, text: str) -> dict[str, str]:
    return {"dia_id": turn_id, "speaker": speaker, "text": text}


CONVERSATION = {
    "speaker_a": "Ada",
    "speaker_b": "Ben",
    "session_10_date_time": "12:05 am on 1 March, 2024",
    "session_10": [turn("D10:1", "Ben", "I still play the cello."), turn("D10:2", "Ada", "Good night!")],
    "session_2_date_time": "1:56 pm on 8 May, 2023",
    "session_2": [
        turn("D2:1", "Ada", "I moved to Lyon and adopted a parrot."),
        turn("D2:2", "Ben", "Lovely. I play the cello in a quartet."),
        turn("D2:3", "Ada", "My parrot is called Figaro."),
    ],
    "session_11_date_time": "9:00 am on 2 March, 2024",
}
OBSERVATION = {
    "session_2_observation": {
        "Ada": [
            ["Ada moved to Lyon.", "D2:1"],
            ["Ada has a parrot called Figaro.", ["D2:1", "D2:3"]],
            ["Ada won three medals.", "D2:1"],
        ],
        "Ben": [["Ben plays the cello.", "D2:2"]],
    },
    "session_10_observation": {"Ben": [["Ben plays the cello.", "D10:1; D10:1"], ["Ben is away.", "D99:1"]]},
}


def written(folder: Path) -> Path:
    file = folder / "locomo.json"
    sample = {"sample_id": SAMPLE, "conversation": CONVERSATION, "observation": OBSERVATION}
    file.write_text(json.dumps([sample]), encoding="utf-8")
    return file
