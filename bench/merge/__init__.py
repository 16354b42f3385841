"""Measures how well facts are told apart and put together, on labelled pairs of our own."""
