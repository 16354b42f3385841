"""What looks and changes nothing: the forecast of a dry run, and the examination of ``doctor``."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from enrichment.adapters.diagnosis import Finding, of_database, of_qdrant
from enrichment.adapters.in_memory import InMemoryBacklog, NoHistory, NoMemory
from enrichment.adapters.postgres.answers import answer_lengths
from enrichment.adapters.postgres.memory import PostgresMemory
from enrichment.adapters.postgres.migrate import current_version
from enrichment.app.servers import open_model, open_servers
from enrichment.app.worker import PIPELINE_VERSION, history_of, pending_of
from enrichment.errors import DependencyUnavailable
from enrichment.forecast import PRIOR, Forecaster
from enrichment.settings import Settings


@asynccontextmanager
async def open_forecaster(settings: Settings) -> AsyncIterator[Forecaster]:
    """Open what a dry run reads; a database without a schema counts as empty, and nothing is written."""
    async with open_servers(settings, schema=False) as servers, open_model(settings) as model:
        version = await current_version(servers.database)
        is_new = version == 0
        yield Forecaster(
            pending=pending_of(settings, servers),
            backlog=InMemoryBacklog(),
            history=NoHistory() if is_new else history_of(settings, servers.database),
            memory=NoMemory() if is_new else PostgresMemory(servers.database, pipeline_version=PIPELINE_VERSION),
            model=model,
            lengths=await answer_lengths(servers.database, model.name, schema=version) or PRIOR,
        )


async def examine(settings: Settings) -> Sequence[Finding]:
    """Check everything that `doctor` looks at; what cannot be reached is a finding, not an error."""
    findings: list[Finding] = []
    try:
        async with open_servers(settings, schema=False) as servers:
            findings += await of_database(servers.database)
            collections = await pending_of(settings, servers).collections()
            findings += await of_qdrant(servers.qdrant, collections, servers.rules)
    except DependencyUnavailable as error:
        findings.append(Finding(ok=False, what=str(error), advice="is it running, and is its address right?"))
    offline = settings.model.base_url is None
    findings.append(
        Finding(
            ok=True,
            what="model: offline rules, for trying it out" if offline else f"model: {settings.model.name}",
            advice="set ENRICHMENT_MODEL__BASE_URL for a real one" if offline else "",
        )
    )
    return findings
