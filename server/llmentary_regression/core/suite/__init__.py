"""
The `.llmtest` format: reading suites, reading them again after an edit, and changing them.
"""
