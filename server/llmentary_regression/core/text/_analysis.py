"""
The whole pipeline as one call, and what it finds.
"""

from __future__ import annotations

from dataclasses import dataclass

from llmentary_regression.core.text.languages import Lexicon, read_lexicon
from llmentary_regression.core.text.presentation import (
    blank_countable,
    normalize_unicode,
    plain_markup,
    prose_in_fence,
)
from llmentary_regression.core.text.tokenizer import Tokens, tokenize

from ._facts import Fact, find_facts
from ._framing import find_core, unframe, unquote
from ._shape import Shape, find_shape

PIPELINE_VERSION = 6
"""Stored with each example; an answer that was approved under another version has to be approved again."""


@dataclass(frozen=True, slots=True, repr=False)
class Analysis:
    """
    What the pipeline finds in one answer. Memory only.
    """

    text: str
    """The normalized text that the positions of tokens refer to."""
    tokens: Tokens
    facts: tuple[Fact, ...]
    shape: Shape
    lexicon: Lexicon

    @property
    def canonical(self) -> str:
        """
        Return the tokens as one string, which is equal for answers that differ only in presentation.
        """
        return " ".join(self.tokens.forms)

    def __repr__(self) -> str:
        return f"Analysis(<{len(self.tokens)} tokens>)"


def analyze(text: str, lang: str = "en") -> Analysis:
    """
    Run the pipeline on an answer.

    Args:
        text: the answer, after `@mask`.
        lang: the language code, such as `en` or `pt-BR`.
    """
    lexicon = read_lexicon(lang)
    normalized = plain_markup(unframe(prose_in_fence(unquote(normalize_unicode(text)))))
    start, end = find_core(normalized, lexicon)
    core = normalized[start:end]
    tokens = tokenize(blank_countable(core), lexicon)
    # A refusal is often in what looks like an introduction ("I'm sorry, ..."), so the whole text is examined.
    shape = find_shape(normalized, tokens, lexicon)
    return Analysis(core, tokens, find_facts(tokens, lexicon), shape, lexicon)
