"""Dialogues made from templates, with everything that is true in them known: what the gates of CI measure on."""

from bench.dialogues.generate import GATE, TUNING, Dialogue, Family, Gold, Utterance, dialogues

__all__ = ["GATE", "TUNING", "Dialogue", "Family", "Gold", "Utterance", "dialogues"]
