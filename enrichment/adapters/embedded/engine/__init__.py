"""Qdrant's own engine behind the part of its REST interface that agents and this program use."""
