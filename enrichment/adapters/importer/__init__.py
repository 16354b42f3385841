"""Chats from files become pending messages in Qdrant."""
