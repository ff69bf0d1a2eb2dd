"""
The custom requests, notifications and commands, grouped by subject; each module has `register(server)`.
"""
