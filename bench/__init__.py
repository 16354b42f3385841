"""Measurements of the worker on real servers, each a command that prints its report."""
