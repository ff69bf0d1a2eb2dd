"""
The requests, notifications and commands of our own, one a module, each with `register(server)`.
"""
