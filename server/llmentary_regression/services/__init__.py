"""The use cases: assemble a project, run its cases, approve answers."""
