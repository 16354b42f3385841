"""The memory bench merges into what it has seeded, and its background pass does what is due and holds little."""

from bench.memory.measure import measure


async def test_the_memory_bench_merges_and_maintains() -> None:
    report = await measure(facts=2_000, users=20, batches=8, maintained=10)

    assert (report["facts"], report["users"], report["merges"]) == (2_000, 20, 8)
    assert 0 < report["merge_p50_ms"] <= report["merge_p99_ms"]
    assert 0 < report["select1_p99_ms"] < report["merge_p99_ms"]
    assert report["maintained_users"] >= 10
    assert report["maintained_sessions"] >= 30
    assert report["maintenance_rss_growth_mb"] < 50
