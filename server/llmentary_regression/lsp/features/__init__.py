"""
The features of the Language Server Protocol, one a module, each with `register(server)`.
"""
