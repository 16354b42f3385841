"""Commands, signals and exit codes: the only part that touches the terminal."""
