"""``python -m bench.quality``: what the digest makes of LoCoMo's conversations, whoever answers, without a network."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bench.quality.answers import Answers, GoldAnswers, OfflineAnswers, RecordedAnswers
from bench.quality.figures import reported
from bench.quality.reading import learn
from bench.quality.sample import Sample, samples
from bench.report import show
from enrichment.adapters.model.openai_compatible import openai_compatible
from enrichment.configuration import load_settings
from enrichment.errors import EnrichmentError
from enrichment.options import endpoint

EXAMPLES = """\
examples:
  python -m bench.quality --data locomo10.json                       # gold replay: the ceiling
  python -m bench.quality --data locomo10.json --offline             # offline rules: the floor
  python -m bench.quality --data locomo10.json --answers answers --base-url http://localhost:11434/v1 --model qwen3
  python -m bench.quality --data locomo10.json --answers answers --model qwen3    # again, from the recording

The key of a server is read from ENRICHMENT_MODEL__API_KEY or ENRICHMENT_MODEL__API_KEY_FILE. Recorded answers quote
LoCoMo, which is CC BY-NC 4.0 and not shipped: https://github.com/snap-research/locomo. An interrupted recording goes
on where it ended. docs/benchmarks.md says what the figures mean.
"""
DEFAULT_MODEL = "gpt-4o-mini"
AnswersFor = Callable[[Sample], Answers]


def main() -> None:
    """Print the report; exit with 1 and a sentence if an answer is missing or the model gives none."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.quality",
        description="Judge the facts that a model, the offline rules or the gold would put into the memory.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="LoCoMo's JSON file")
    parser.add_argument("--offline", action="store_true", help="let the offline rules answer")
    parser.add_argument("--answers", type=Path, metavar="DIR", help="recorded answers, by model, prompt and input")
    parser.add_argument("--base-url", metavar="URL", help="ask this server for what is not recorded, and record it")
    parser.add_argument("--model", default=DEFAULT_MODEL, metavar="NAME", help=f"its model (default: {DEFAULT_MODEL})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    if chosen.base_url and not chosen.answers:
        parser.error("--base-url needs --answers DIR to record in: an answer is paid for once")
    if chosen.offline and chosen.answers:
        parser.error("--offline and --answers exclude each other")
    try:
        report = asyncio.run(_measured(chosen))
    except (EnrichmentError, LookupError) as error:
        sys.exit(str(error))
    show(report, as_json=chosen.json)


async def measure(every: Sequence[Sample], answers_for: AnswersFor) -> dict[str, Any]:
    """Read the conversations side by side, each in order, and return the report."""
    learnt = await asyncio.gather(*(learn(sample.conversation, answers_for(sample)) for sample in every))
    return reported(list(zip(every, learnt, strict=True)))


async def _measured(chosen: argparse.Namespace) -> dict[str, Any]:
    every = tuple(samples(chosen.data))
    if chosen.offline:
        return {"answers": "offline", **await measure(every, lambda _: OfflineAnswers())}
    if chosen.answers is None:
        return {"answers": "gold", **await measure(every, lambda sample: GoldAnswers(sample.conversation))}
    async with AsyncExitStack() as stack:
        live = None
        if chosen.base_url:
            settings = load_settings().model.model_copy(update={"name": chosen.model})
            live = await stack.enter_async_context(openai_compatible(endpoint(settings, chosen.base_url)))
        recorded = RecordedAnswers(chosen.answers, chosen.model, live)
        return {"answers": chosen.model, **await measure(every, lambda _: recorded)}


if __name__ == "__main__":
    main()
