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
from ._long_answers import add_passages, cut_long
from ._shape import Shape, find_shape

PIPELINE_VERSION = 7
"""
Stored with each example. It is raised with every change of what the analysis finds in any text;
`tests/core/text/test_golden.py` holds it, and says what else to do.
"""

COMPARABLE_SINCE = 6
"""
The oldest version whose normalized forms are still trusted: an answer with the same form as an example passes.

Raised where a version took two meanings for one. Of examples that are older still, only the exact text passes.
"""

_MAX_ENDING = 400


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
    head, rest = cut_long(text)
    normalized = plain_markup(unframe(prose_in_fence(unquote(normalize_unicode(head)))))
    start, end = find_core(normalized, lexicon)
    if rest:
        end = len(normalized)  # what closes the answer is not here
    core = normalized[start:end]
    tokens = tokenize(blank_countable(core), lexicon)
    facts = find_facts(tokens, lexicon)
    if rest:
        facts += tuple(add_passages(tokens, rest, len(core)))
        normalized += normalize_unicode(rest[-_MAX_ENDING:])
    # A refusal is often in what looks like an introduction ("I'm sorry, ..."), so the whole text is examined.
    shape = find_shape(normalized, tokens, lexicon)
    return Analysis(core + rest, tokens, facts, shape, lexicon)
