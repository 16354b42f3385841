"""The conservation checker: what must be true after every test, whatever was broken in it.

Each check yields what is wrong as sentences that name the first message concerned; ``verify`` fails with all of them.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from enrichment.domain.outcomes import Outcome
from enrichment.producer import PENDING, STATUS
from tests.faults.background import wait_until
from tests.faults.canaries import CANARY
from tests.faults.rig import API_KEY, Rig
from tests.faults.servers import PASSWORD

RSS_LIMIT_MB = 300
_SHOWN = 3
Check = Callable[[Rig], Iterator[str]]


def verify(rig: Rig) -> None:
    """Check everything, once all workers have ended; raises ``AssertionError`` listing what is wrong."""
    wait_until(lambda: not any(worker.running for worker in rig.started), "all workers to have ended")
    wrong = [f"{check.__doc__} {sentence}" for check in CHECKS for sentence in check(rig)]
    said = [f"{worker.stderr.name}: {worker.stderr.read_text()[-2000:]}" for worker in rig.started]
    assert not wrong, "\n".join(["the oracle found:", *wrong, *said])


def some(what: str, found: list[str]) -> Iterator[str]:
    """Yield one sentence about the first few that were found, none if there are none."""
    if found:
        yield f"{len(found)} {what}: {', '.join(found[:_SHOWN])}"


def every_message_has_one_end(rig: Rig) -> Iterator[str]:
    """I1."""
    payloads = rig.chat.payloads()
    live = {point_id: each for point_id, each in rig.said.items() if each.outcome is not None}
    yield from some("lost from the store", [each.canary for key, each in live.items() if key not in payloads])
    yield from some(
        "made from nothing", [key for key in payloads if key not in rig.said or rig.said[key].outcome is None]
    )
    statuses = {key: payloads[key].get(STATUS) for key in live if key in payloads}
    yield from some("still pending", [live[key].canary for key, status in statuses.items() if status == PENDING])
    yield from some(
        "with another end",
        [
            f"{live[key].canary} ({status}, not {live[key].outcome})"
            for key, status in statuses.items()
            if status not in {PENDING, live[key].outcome}
        ],
    )


def every_end_is_in_the_ledger_once(rig: Rig) -> Iterator[str]:
    """I2 (ledger)."""
    rows = rig.database.rows("select point_id, outcome, settled_at from ledger where withdrawn_at is null")
    expected = {key: each.outcome for key, each in rig.said.items() if each.outcome is not None and not each.erased}
    counts = Counter(row["point_id"] for row in rows)
    canaries = {key: each.canary for key, each in rig.said.items()}
    yield from some("without a row", [canaries[key] for key in expected if not counts[key]])
    yield from some("with several rows", [canaries.get(key, key) for key, count in counts.items() if count > 1])
    yield from some(
        "with a row that says something else",
        [canaries[row["point_id"]] for row in rows if row["outcome"] != expected.get(row["point_id"], row["outcome"])],
    )
    yield from some(
        "committed and never settled",
        [canaries.get(row["point_id"], row["point_id"]) for row in rows if row["settled_at"] is None],
    )


def the_memory_is_that_of_a_run_without_faults(rig: Rig) -> Iterator[str]:
    """I2 (memory)."""
    expected = {
        (each.user_id, each.canary, each.point_id): each.text
        for each in rig.said.values()
        if each.outcome is Outcome.COMPLETED
    }
    facts = Counter(
        (row["user_id"], row["object"])
        for row in rig.database.rows("select user_id, object from facts where state = 'active'")
    )
    wanted = {key[:2] for key in expected}
    yield from some("facts missing", [canary for user, canary in sorted(wanted) if not facts[user, canary]])
    yield from some("facts too many", [canary for key, canary in sorted(facts) if (key, canary) not in wanted])
    yield from some("facts twice", [canary for (_, canary), count in sorted(facts.items()) if count > 1])
    evidence = {
        (row["user_id"], row["object"], row["point_id"]): row["quote"]
        for row in rig.database.rows(
            "select user_id, object, point_id, quote from evidence join facts using (user_id, fact_id)"
            " where withdrawn_at is null"
        )
    }
    yield from some("without evidence", [canary for _, canary, _ in sorted(expected.keys() - evidence.keys())])
    yield from some("evidence too much", [canary for _, canary, _ in sorted(evidence.keys() - expected.keys())])
    yield from some("quoted wrongly", [key[1] for key in evidence if evidence[key] != expected.get(key, evidence[key])])


def no_point_was_ever_ahead_of_the_ledger(rig: Rig) -> Iterator[str]:
    """I3."""
    rig.sampler.sample()
    canaries = {key: each.canary for key, each in rig.said.items()}
    erased = {key for key, each in rig.said.items() if each.erased}
    early = [key for key in dict.fromkeys(rig.sampler.violations) if key not in erased]
    yield from some("done without a row", [canaries.get(key, key) for key in early])


def nobody_meets_somebody_else(rig: Rig) -> Iterator[str]:
    """I4."""
    for request in rig.model.requests:
        users = {canary.partition("m")[0] for canary in CANARY.findall(request.text)}
        yield from some("users in one prompt", sorted(users) if len(users) > 1 else [])
    tables = rig.database.rows(
        """
        select table_name
          from information_schema.tables join information_schema.columns using (table_schema, table_name)
         where table_schema = 'public' and column_name = 'user_id' and table_type = 'BASE TABLE'
        """
    )
    for table in (row["table_name"] for row in tables):
        rows = rig.database.rows(f"select user_id, to_jsonb(t)::text as whole from {table} as t")  # noqa: S608  # our own tables
        mixed = [row["user_id"] for row in rows if not _only_of(row["user_id"], row["whole"])]
        yield from some(f"rows of {table} with another's words", mixed)


def _only_of(user_id: str, text: str) -> bool:
    return {canary.partition("m")[0] for canary in CANARY.findall(text)} <= {user_id}


def nothing_private_was_said(rig: Rig) -> Iterator[str]:
    """I5."""
    for text in rig.logged():
        yield from some("messages in what a worker said", sorted(set(CANARY.findall(text))))
        yield from some("secrets in what a worker said", [secret for secret in (PASSWORD, API_KEY) if secret in text])


def nothing_was_paid_twice(rig: Rig) -> Iterator[str]:
    """I6."""
    sent = Counter(rig.sent())
    again = [canary for canary, times in sent.items() for _ in range(times - 1)]
    if len(again) > rig.allowed.sent_again:
        yield from some(f"sent again, {rig.allowed.sent_again} allowed", again)
    golden = rig.golden_calls if rig.golden_calls is not None else len({each.user_id for each in rig.said.values()})
    if rig.model.stats.calls > golden + rig.allowed.calls:
        yield f"{rig.model.stats.calls} calls, {golden} + {rig.allowed.calls} allowed"
    twice = rig.database.rows(
        "select batch_id from model_calls where failure is null and ended_at is not null group by 1 having count(*) > 1"
    )
    yield from some("batches answered twice", [str(row["batch_id"]) for row in twice])


def nothing_is_left_behind(rig: Rig) -> Iterator[str]:
    """I8."""
    connected = (
        "select count(*) from pg_stat_activity where application_name = 'enrichment' and datname = current_database()"
    )
    wait_until(lambda: not rig.database.value(connected), "workers' sessions to end")
    wait_until(lambda: not any(proxy.open_connections for proxy in rig.proxies()), "workers' connections to close")
    held = rig.database.rows("select user_id from users where owner is not null and lease_until > now()")
    yield from some("users still held", [row["user_id"] for row in held])
    unfinished = rig.database.rows("select user_id from open_batches")
    yield from some("batches still open", [row["user_id"] for row in unfinished])
    yield from some("files left", sorted(path.name for path in rig.temporary.iterdir()))
    fat = [f"{ended.max_rss_mb:.0f} MB" for ended in rig.ended if ended.max_rss_mb > RSS_LIMIT_MB]
    yield from some(f"workers above {RSS_LIMIT_MB} MB", fat)


CHECKS: tuple[Check, ...] = (
    every_message_has_one_end,
    every_end_is_in_the_ledger_once,
    the_memory_is_that_of_a_run_without_faults,
    no_point_was_ever_ahead_of_the_ledger,
    nobody_meets_somebody_else,
    nothing_private_was_said,
    nothing_was_paid_twice,
    nothing_is_left_behind,
)
