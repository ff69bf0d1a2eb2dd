"""
Capture the answers of web applications.
"""
