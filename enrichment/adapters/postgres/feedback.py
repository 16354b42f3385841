"""What a user says of a fact: moves its confidence, retracts it for good, or puts a correction in its place."""

from dataclasses import dataclass

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.profiles import compose_all
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.retraction import around, take_user, write_mended
from enrichment.adapters.postgres.rows import fact_of, revise_facts
from enrichment.domain.facts import Fact
from enrichment.domain.feedback import Feedback, Verdict
from enrichment.memory.feedback import correction_of, judged
from enrichment.memory.mend import mended


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What feedback did: the fact before and after, and the fact that a correction has become."""

    before: Fact
    after: Fact
    correction: Fact | None = None


class PostgresFeedback:
    """Writes feedback; ``pipeline_version`` is written into corrections."""

    def __init__(self, database: Database, *, pipeline_version: int) -> None:
        self._database = database
        self._pipeline_version = pipeline_version

    async def give(self, feedback: Feedback) -> Heard | None:
        """Take it in; None if the fact is gone. The same verdict on a fact moves it once, however often it is given."""

        async def work(connection: Connection) -> Heard | None:
            await take_user(connection, feedback.user_id)
            row = await connection.fetchrow(query("facts_by_id"), feedback.user_id, [feedback.fact_id])
            if row is None:
                return None
            heard = await self._take_in(connection, fact_of(row), feedback)
            await compose_all(connection, feedback.user_id, stale_only=True)
            corrected_by = heard.correction.fact_id if heard.correction else None
            await connection.execute(
                query("write_feedback"),
                *(feedback.user_id, feedback.feedback_id, feedback.fact_id, feedback.verdict),
                *(feedback.comment, feedback.correction, corrected_by, feedback.given_at),
            )
            return heard

        return await self._database.transact(work)

    async def _take_in(self, connection: Connection, fact: Fact, feedback: Feedback) -> Heard:
        said = await connection.fetch(query("feedback_of_fact"), fact.user_id, fact.fact_id)
        after = judged(fact, feedback.verdict, is_new=feedback.verdict not in {row["verdict"] for row in said})
        if feedback.verdict is not Verdict.INCORRECT:
            await revise_facts(connection, fact.user_id, [after])
            return Heard(before=fact, after=after)
        related = await around(connection, [fact])
        draft = correction_of(fact, feedback)
        repaired = mended({fact.fact_id}, related, draft)
        await revise_facts(connection, fact.user_id, [after])
        await write_mended(connection, fact.user_id, repaired, feedback.feedback_id, self._pipeline_version)
        identity = draft.evidence.identity if draft else None
        became = next((new.fact_id for new in repaired.evidence if new.evidence.identity == identity), None)
        facts = (*repaired.new_facts, *repaired.revised_facts)
        return Heard(before=fact, after=after, correction=next((one for one in facts if one.fact_id == became), None))
