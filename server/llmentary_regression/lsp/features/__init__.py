"""
The features of the Language Server Protocol, one per module, each with `register(server)`.
"""
