"""
Edits of answers for the acceptance of the judge: each kind changes either the meaning or the format.

The generators do not use the judge's text analysis: what they shared with it would be judged by itself.
"""
