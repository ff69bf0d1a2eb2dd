"""
The commands, one a module, each with `add_arguments` and `run`.
"""
