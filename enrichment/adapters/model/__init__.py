"""Language models: any OpenAI-compatible server, and offline rules."""
