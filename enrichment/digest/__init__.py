"""The digest: ``ask`` makes one prompt of a batch, ``read`` keeps of the answer what its evidence supports."""

from enrichment.digest.ask import ask
from enrichment.digest.form import PROMPT_VERSION
from enrichment.digest.read import read

__all__ = ["PROMPT_VERSION", "ask", "read"]
