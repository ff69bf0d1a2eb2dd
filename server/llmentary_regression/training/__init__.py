"""
Training: an application runs as usual, and what it answered is offered for approval.
"""
