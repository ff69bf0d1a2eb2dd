"""
The whole pipeline as one call, and what it finds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from llmentary_regression.core.text.languages import Lexicon, read_lexicon
from llmentary_regression.core.text.presentation import blank_countable, plain_markup, prose_in_fence, unify
from llmentary_regression.core.text.tokenizer import Tokens, tokenize

from ._facts import Fact, find_facts
from ._framing import find_core, unframe, unquote
from ._shape import Shape, find_shape

PIPELINE_VERSION = 6
"""Kept with each variant; an answer approved under another version can only be approved again."""


@dataclass(frozen=True, slots=True, repr=False)
class Analysis:
    """
    What the pipeline finds in one answer. Memory only.
    """

    text: str
    """The unified text that the places of tokens refer to."""
    tokens: Tokens
    facts: tuple[Fact, ...]
    shape: Shape
    lexicon: Lexicon

    @property
    def canonical(self) -> str:
        """
        Return the tokens as one string: equal for answers that differ in presentation alone.
        """
        return " ".join(self.tokens.forms)

    def count(self, forms: Iterable[str]) -> Counter[str]:
        """
        Return how often each form occurs.
        """
        return Counter(forms)

    def __repr__(self) -> str:
        return f"Analysis(<{len(self.tokens)} tokens>)"


def analyze(text: str, lang: str = "en") -> Analysis:
    """
    Run the pipeline over an answer.
    """
    lexicon = read_lexicon(lang)
    unified = plain_markup(unframe(prose_in_fence(unquote(unify(text)))))
    start, end = find_core(unified, lexicon)
    core = unified[start:end]
    tokens = tokenize(blank_countable(core), lexicon)
    # The refusal often stands in what looks like a wrapper ("I'm sorry, ..."), so shape looks at everything.
    shape = find_shape(unified, tokens, lexicon)
    return Analysis(core, tokens, find_facts(tokens, lexicon), shape, lexicon)
