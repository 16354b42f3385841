"""The memory in Postgres: one file for each port."""
