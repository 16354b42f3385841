"""Draws what the engines have found: rows of their tables in, descriptions of charts out, nothing read or written."""
