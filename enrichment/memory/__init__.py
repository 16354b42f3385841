"""Merges what a digest says with what is remembered: claims, supersession, confidence, rolling summaries; pure."""
