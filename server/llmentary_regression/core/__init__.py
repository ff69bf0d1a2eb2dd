"""The pure heart of llmentary: no file, process, clock or environment variable is touched below here."""
