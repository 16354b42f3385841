"""Brings the store's flags in line with the ledger, without a model call and without looking at all points."""

import structlog

from enrichment.failpoints import failpoint
from enrichment.ports import Ports
from enrichment.upkeep import Upkeep

log = structlog.get_logger()

PAGE = 1000


async def settle_leftovers(ports: Ports) -> int:
    """Settle what was committed and not verified, of all users; return how many points were verified.

    A collection with points that cannot be verified now is left to the next time: one that was dropped, with everything
    in it unsettled for good, keeps nobody else waiting.
    """
    verified = 0
    left_out: set[str] = set()
    while settlements := await ports.ledger.unsettled(None, PAGE, left_out=left_out):
        failpoint("C7")
        settled = await ports.pending.settle(settlements)
        await ports.ledger.settled(settlements, settled)
        failpoint("C8")
        done = {*settled.verified, *settled.changed, *settled.gone}
        verified += len(done)
        left_out |= {one.ref.collection for one in settlements if one.ref not in done}
    if verified:
        log.info("leftovers.settled", points=verified)
    return verified


async def reopen_requeued(upkeep: Upkeep) -> int:
    """Make what is to be read again pending in the store, where nobody has got to it; return how many points were."""
    verified = 0
    while refs := await upkeep.requeued.waiting(PAGE):
        reopened = await upkeep.points.reopen(refs)
        await upkeep.requeued.reopened(reopened)
        verified += len(reopened.verified)
        if len(reopened.verified) + len(reopened.gone) < len(refs):
            break
    if verified:
        log.info("requeued.reopened", points=verified)
    return verified
