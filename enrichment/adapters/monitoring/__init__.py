"""What the worker tells Prometheus: the catalogue of metrics, and the taps that feed it from outside the story."""
