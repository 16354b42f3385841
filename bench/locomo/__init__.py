"""The main job on real conversations: LoCoMo's messages in, its gold observations replayed, everything counted."""
