"""
Training: while an application runs as usual, its answers are captured and offered for approval.
"""
