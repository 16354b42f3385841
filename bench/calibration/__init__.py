"""Measures whether a fact's confidence is the share of such facts that are true."""
