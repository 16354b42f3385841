"""How much of what answers a question is recalled, by words, by meaning, and by both."""
