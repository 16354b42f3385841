"""The agents' messages in Qdrant: found, read, and told what became of them."""
