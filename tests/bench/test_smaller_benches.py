"""The backlog bench plans all that it wrote, and the other one compares what it should."""

import sys
from importlib import import_module

import pytest

from bench import agent_search, backlog
from bench.agent_search import compared
from bench.worker import peak_rss_mb


async def test_the_backlog_bench_plans_all_of_it() -> None:
    report = await backlog.measure(pending=6_000, users=300)

    assert (report["planned_messages"], report["planned_users"]) == (6_000, 300)
    assert report["scan_pages"] == 2
    assert 0 < report["plan_cpu_seconds"] < report["plan_seconds"]
    assert 20 < report["peak_rss_mb"] < 300


def test_the_model_knows_a_fact_of_every_other_message_and_each_message_has_its_own_words() -> None:
    texts = [str(point.payload["content"]) for point in agent_search.points(pending=30, history=10)]

    assert len(set(texts)) == 40
    assert [texts.index(agent_search.fact(number).messages[0]) for number in range(0, 30, 2)] == list(range(0, 30, 2))


def test_what_was_read_long_ago_is_not_pending() -> None:
    points = list(agent_search.points(pending=3, history=2))

    assert [point.status for point in points] == ["pending"] * 3 + ["completed"] * 2
    assert len({point.payload["user_id"] for point in points}) == 5


def test_ratios_compare_the_drain_with_the_quiet_time() -> None:
    quiet = [0.001 * number for number in range(1, 102)]

    figures = compared(quiet, [2 * seconds for seconds in quiet])

    assert (figures["p50_ms_quiet"], figures["p50_ms_draining"], figures["p50_ratio"]) == (51.0, 102.0, 2.0)
    assert (figures["p99_ms_quiet"], figures["p99_ms_draining"], figures["p99_ratio"]) == (100.0, 200.0, 2.0)


def test_peak_memory_is_that_of_this_process() -> None:
    before = peak_rss_mb()

    held = bytearray(b"x" * 30_000_000)

    assert len(held) == 30_000_000
    assert peak_rss_mb() >= before


@pytest.mark.parametrize("bench", ["locomo.__main__", "backlog", "agent_search", "reader.__main__"])
def test_help_shows_examples(bench: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "--help"])

    with pytest.raises(SystemExit):
        import_module(f"bench.{bench}").main()

    assert f"examples:\n  python -m bench.{bench.partition('.')[0]}" in capsys.readouterr().out
