"""`llmentary.replay` is `llmentary_regression.replay`: `@callable llmentary.replay:openai` goes on working."""

from llmentary_regression.replay import anthropic, openai, openai_responses

__all__ = ["anthropic", "openai", "openai_responses"]
