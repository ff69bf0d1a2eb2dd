"""The part of llmentary that runs inside the developer's interpreter; it needs the standard library alone."""
