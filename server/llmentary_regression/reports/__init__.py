"""A finished run, written down for people and machines."""
