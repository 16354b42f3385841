"""How hard the model may be pressed: its pace and its rests; pure, time comes in as ``now`` in seconds."""
