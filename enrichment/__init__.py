"""The sidecar that gives chat agents a memory."""

__version__ = "0.1.0"
