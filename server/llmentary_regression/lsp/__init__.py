"""The language server: one feature a file."""
