"""
The reasons that a verdict can have; `docs/judge.md` and the messages of `core/judging/` say what each means.
"""

from __future__ import annotations

from ._values import Word


class Reason(Word):
    """
    The stable code for why an answer got its verdict. A failure of the callable has its `FailureKind` instead.
    """

    # passed
    SAME_TEXT = "same-text"
    SAME_NORMALIZED = "same-normalized"
    SIMILAR_ENOUGH = "similar-enough"
    SEMANTIC_CLOSE = "semantic-close"
    PINS_HOLD = "pins-hold"
    JSON_EQUAL = "json-equal"
    NOT_COMPARED = "not-compared"
    # new
    NO_BASELINE = "no-baseline"
    QUESTION_EDITED = "question-edited"
    MASK_EDITED = "mask-edited"
    NO_EMBEDDING = "no-embedding"
    # changed
    NOT_SAME_TEXT = "not-same-text"
    NOT_SAME_NORMALIZED = "not-same-normalized"
    EMPTY = "empty"
    NO_LONGER_EMPTY = "no-longer-empty"
    ERROR_MESSAGE = "error-message"
    NO_LONGER_ERROR_MESSAGE = "no-longer-error-message"
    REFUSAL = "refusal"
    NO_LONGER_REFUSAL = "no-longer-refusal"
    TRUNCATED = "truncated"
    PIN_MISSING = "pin-missing"
    YES_NO_FLIPPED = "yes-no-flipped"
    NUMBER_DIFFERS = "number-differs"
    DATE_DIFFERS = "date-differs"
    TIME_DIFFERS = "time-differs"
    UNIT_DIFFERS = "unit-differs"
    MONEY_DIFFERS = "money-differs"
    NAME_DIFFERS = "name-differs"
    NEGATION_DIFFERS = "negation-differs"
    URL_DIFFERS = "url-differs"
    ORDINAL_DIFFERS = "ordinal-differs"
    SIGN_DIFFERS = "sign-differs"
    LIMIT_DIFFERS = "limit-differs"
    CODE_DIFFERS = "code-differs"
    OPPOSITE_WORD = "opposite-word"
    ORDER_DIFFERS = "order-differs"
    WORD_REPLACED = "word-replaced"
    SENTENCE_MISSING = "sentence-missing"
    OTHER_TOPIC = "other-topic"
    JSON_DIFFERS = "json-differs"
    NOT_JSON = "not-json"
    # unsure
    REWORDED = "reworded"
    SENTENCE_ADDED = "sentence-added"
    OTHER_WORDS = "other-words"
    PRIVACY_TOO_LOW = "privacy-too-low"
    BELOW_THRESHOLD = "below-threshold"
    OLDER_ANALYSIS = "older-analysis"
    NEWER_ANALYSIS = "newer-analysis"
    # failed
    EXPECTATION_FAILED = "expectation-failed"
    # error
    NOT_AUTHENTIC = "not-authentic"
    UNKNOWN_ROOT = "unknown-root"
    BODY_UNREADABLE = "body-unreadable"
    EMBEDDING_MISSING = "embedding-missing"
    # skipped
    SKIPPED = "skipped"
