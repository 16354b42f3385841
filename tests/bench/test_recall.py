"""The bench for recall asks each way the same questions, and prints all three."""

import json
from pathlib import Path

from bench.quality.sample import samples
from bench.recall.__main__ import measure
from enrichment.adapters.embedding.hashed import HashedPieces
from tests.bench.locomo_file import CONVERSATION, OBSERVATION, SAMPLE

QUESTIONS = [
    {"question": "Where did Ada move?", "answer": "Lyon", "evidence": ["D2:1"], "category": 4},
    {"question": "Any cellists?", "answer": "Ben", "evidence": ["D2:2"], "category": 1},
    {"question": "What did Ben adopt?", "adversarial_answer": "a parrot", "evidence": ["D2:1"], "category": 5},
]


async def test_each_way_of_recalling_is_measured(tmp_path: Path) -> None:
    file = tmp_path / "locomo.json"
    sample = {"sample_id": SAMPLE, "conversation": CONVERSATION, "observation": OBSERVATION, "qa": QUESTIONS}
    file.write_text(json.dumps([sample]), encoding="utf-8")

    report = await measure(list(samples(file)), HashedPieces())

    assert (report["facts"], report["vectors"], report["questions"]) == (3, 3, 2)
    assert report["embedder"] == HashedPieces.name
    assert (report["single-hop_full_text"], report["multi-hop_full_text"]) == (1.0, 0.0)
    assert (report["single-hop_vectors"], report["multi-hop_vectors"]) == (1.0, 1.0)
    assert (report["single-hop_hybrid"], report["multi-hop_hybrid"]) == (1.0, 1.0)
    assert report["import_over_asyncpg"] > 0
