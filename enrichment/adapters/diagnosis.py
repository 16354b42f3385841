"""What ``doctor`` checks: each finding says what is so and, where it is not as it should be, what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from enrichment.adapters.postgres.migrate import current_version, is_guarded, pending
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.qdrant.inspection import CollectionState, inspect
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was checked; ``advice`` is empty where all is well."""

    ok: bool
    what: str
    advice: str = ""


async def of_database(database: Database) -> Sequence[Finding]:
    """Check the schema, and whether row-level security is a second lock for us."""
    missing = await pending(database)
    version = await current_version(database)
    if missing:
        return [
            Finding(
                ok=False,
                what=f"Postgres: the schema is at version {version}, {len(missing)} migrations are missing",
                advice="run `enrichment migrate`, or set ENRICHMENT_POSTGRES__MIGRATE=true",
            )
        ]
    return [Finding(ok=True, what=f"Postgres: the schema is up to date (version {version})"), await _of_role(database)]


async def _of_role(database: Database) -> Finding:
    if await is_guarded(database):
        return Finding(ok=True, what="Postgres: row-level security binds this role to one user at a time")
    return Finding(
        ok=True,
        what="Postgres: row-level security does not bind this role, which owns the tables or is a superuser",
        advice="let workers connect as a member of enrichment_worker, see docs/decisions/0007-row-level-security.md",
    )


async def of_qdrant(server: Server, collections: Sequence[str], rules: Rules) -> Sequence[Finding]:
    """Check the server's version, and each collection's indexes."""
    state = await inspect(server, collections, rules)
    findings = [
        Finding(
            ok=state.supported,
            what=f"Qdrant: version {state.version}",
            advice="" if state.supported else "servers before 1.14 lose settled flags: upgrade",
        )
    ]
    if not collections:
        findings.append(
            Finding(
                ok=False,
                what="Qdrant: no collection to serve",
                advice="import messages, or set ENRICHMENT_QDRANT__COLLECTIONS to patterns that match yours",
            )
        )
    return [*findings, *(finding for one in state.collections for finding in _of_collection(one))]


def _of_collection(state: CollectionState) -> Iterator[Finding]:
    counted = f"{state.name}: {state.points} points, {state.pending} pending"
    if state.without_status:
        counted += f", {state.without_status} without a status (counted only with ENRICHMENT_QDRANT__ADOPT=true)"
    yield Finding(ok=True, what=counted)
    for problem in state.problems:
        found = f"is of kind {problem.found}" if problem.found else "is missing"
        yield Finding(
            ok=False,
            what=f"{state.name}: the index on {problem.field} {found}",
            advice=f"create a payload index of kind {problem.wanted} on it (`enrichment.producer` does so)",
        )
