"""
Edits of answers for the acceptance of the judge: each kind either changes what is said, or how it looks.

The generators know nothing of the judge's text analysis and import nothing of it: what they share
with it would be judged by itself.
"""
