"""Vectors for texts: from a server with ``/embeddings``, or from the words alone."""
