"""Decides who is served when, and which messages are read together: pure functions over values."""
