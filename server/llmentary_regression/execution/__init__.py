"""Putting questions to the developer's callable in processes of its own."""
