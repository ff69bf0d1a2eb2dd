"""
Capture what web applications answer.
"""
