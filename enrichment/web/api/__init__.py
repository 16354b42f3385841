"""The HTTP API for agents in any language: what the reader reads, and what users may ask of their memory."""

from enrichment.web.api.application import ApiMount, ApiOptions, ApiParts, api
from enrichment.web.api.callers import Tokens

__all__ = ["ApiMount", "ApiOptions", "ApiParts", "Tokens", "api"]
