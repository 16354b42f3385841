"""Qdrant and Postgres run by the program itself, for whoever has none: one pair of servers for a data directory."""

from enrichment.adapters.embedded.client import EmbeddedServers, embedded, embedded_blocking

__all__ = ["EmbeddedServers", "embedded", "embedded_blocking"]
