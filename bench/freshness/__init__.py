"""How often a host finds a fresh row when it answers an active user."""
