"""Keeps the store's flags in line with the ledger: lightly all the time, and point by point in a full sweep."""
