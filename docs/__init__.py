"""The documentation; what can be read off the code is generated from it."""
