"""What the worker serves over HTTP: its health, its metrics, and what people and agents ask of it."""
