"""Recall by meaning: the vectors of the memory in a Qdrant collection of ours, kept true by Postgres."""
