"""How fast a batch is merged into a large memory, and how much the background pass over it holds at a time."""
