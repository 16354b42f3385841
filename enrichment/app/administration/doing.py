"""What the admin page does: it corrects, erases, and gives messages another chance, as the commands do."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass

from enrichment.adapters.meaning.erasing import erase_vectors
from enrichment.adapters.postgres.caches import PostgresCaches
from enrichment.adapters.postgres.erasure import erase, holdings
from enrichment.adapters.postgres.feedback import PostgresFeedback
from enrichment.adapters.postgres.overseen import quarantine_reasons
from enrichment.adapters.postgres.portraits import refresh as compose_profiles
from enrichment.adapters.postgres.quarantine import LIMIT, PostgresQuarantine
from enrichment.adapters.qdrant.erasing import QdrantErasing
from enrichment.app import quarantining
from enrichment.app.administration.looking import listed
from enrichment.app.worker import PIPELINE_VERSION, App
from enrichment.domain.feedback import Feedback, Verdict
from enrichment.domain.messages import PointRef
from enrichment.engines.frame import Pair
from enrichment.errors import DependencyUnavailable
from enrichment.reconcile.refresh import report, with_lease
from enrichment.web.admin.ports import Erased, Listed, Row


@dataclass(frozen=True, slots=True)
class AppCorrections:
    """``ports.Corrections``."""

    app: App

    async def retract(self, user_id: str, fact_id: uuid.UUID) -> bool:
        said = Feedback(
            feedback_id=uuid.uuid4(),
            user_id=user_id,
            fact_id=fact_id,
            verdict=Verdict.INCORRECT,
            given_at=self.app.ports.clock.now(),
            comment=None,
            correction=None,
        )
        giving = PostgresFeedback(self.app.servers.database, pipeline_version=PIPELINE_VERSION)
        return await giving.give(said) is not None

    async def invalidate(self, user_id: str, bot_name: str) -> int:
        return await PostgresCaches(self.app.servers.database).invalidate(user_id, bot_name)

    async def refresh(self, user_id: str, bot_name: str) -> bool:
        seconds = self.app.settings.loop.lease_seconds
        return await with_lease(self.app.ports, seconds, Pair(user_id, bot_name), report)

    async def compose(self, user_id: str) -> int:
        return await compose_profiles(self.app.servers.database, user_id)


@dataclass(frozen=True, slots=True)
class AppErasing:
    """``ports.Erasing``."""

    app: App

    async def preview(self, user_id: str) -> Mapping[str, int]:
        return {name: rows for name, rows in (await holdings(self.app.servers.database, user_id)).items() if rows}

    async def erase(self, user_id: str, *, with_points: bool) -> Erased:
        servers, ports = self.app.servers, self.app.ports
        receipt = await erase(servers.database, user_id)
        # While Qdrant is away the rows are gone all the same, and the daemon deletes these as soon as it is back.
        with suppress(DependencyUnavailable):
            await erase_vectors(servers.database, servers.qdrant, user_id)
        points: Mapping[str, Row] = {}
        if with_points:
            erasing = QdrantErasing(servers.qdrant, ports.clock, servers.rules)
            deleted = await erasing.erase(user_id, await ports.pending.collections(), receipt.erased_before)
            points = {name: asdict(one) for name, one in deleted.items()}
        return Erased(
            user_hash=receipt.user_hash.hex(),
            erased_before=receipt.erased_before,
            rows={name: rows for name, rows in receipt.rows.items() if rows},
            points=points,
            read_again=receipt.read_again,
        )


@dataclass(frozen=True, slots=True)
class AppQuarantine:
    """``ports.Quarantine``."""

    app: App

    async def page(self, reason: str | None, number: int) -> Listed:
        quarantined = PostgresQuarantine(self.app.servers.database)

        async def fetch(limit: int, offset: int) -> Sequence[Row]:
            found = await quarantined.list(reason=reason, limit=min(LIMIT, offset + limit))
            return [
                {**asdict(one), "collection": one.ref.collection, "point_id": one.ref.point_id}
                for one in found[offset:]
            ]

        return await listed(fetch, number)

    async def reasons(self) -> Sequence[Row]:
        return await quarantine_reasons(self.app.servers.database)

    async def retry(self, *, reason: str | None = None, refs: Sequence[PointRef] | None = None) -> int:
        return await quarantining.retry(self.app, reason=reason, refs=refs)

    async def give_up(self, refs: Sequence[PointRef]) -> int:
        return await quarantining.give_up(self.app, refs)
