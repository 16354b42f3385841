"""Rolls the sessions of a batch forward: wider boundaries, and a new summary where the model gave one."""

from collections.abc import Iterator

from enrichment.domain.batches import Batch, Window
from enrichment.domain.changes import SessionRevision
from enrichment.domain.digest import Digest, WindowDigest


def revised_sessions(batch: Batch, digest: Digest) -> Iterator[SessionRevision]:
    """Yield one revision for each session of the batch; without a digest for it, its summary stays (None)."""
    digests = {one.session_id: one for one in digest.windows}
    for window in batch.windows:
        if window.messages:
            yield _revision(window, digests.get(window.session_id))


def _revision(window: Window, digest: WindowDigest | None) -> SessionRevision:
    times = [message.said_at for message in window.messages]
    if window.session is not None:
        times += [window.session.started_at, window.session.ended_at]
    return SessionRevision(
        session_id=window.session_id,
        key=window.key,
        started_at=min(times),
        ended_at=max(times),
        new_messages=len(window.messages),
        summary=digest.summary if digest else None,
        title=digest.title if digest else None,
        topics=digest.topics if digest else (),
        tone=digest.tone if digest else None,
        decisions=digest.decisions if digest else (),
        questions=digest.questions if digest else (),
        ended=digest.ended if digest else False,
    )
