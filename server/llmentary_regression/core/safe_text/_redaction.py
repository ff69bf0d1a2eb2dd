"""
Mask what looks like an API key, a token or a password: reports travel further than their writers expect.

Only the shape decides, so a text that merely looks like a key is masked too; that costs a reader little.
"""

from __future__ import annotations

import re
from functools import cache
from typing import overload

MASK = "[masked]"

_TOKENS = (
    r"sk-(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{16,}",  # OpenAI, Anthropic, OpenRouter
    r"(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}",  # Stripe
    r"(?:AKIA|ASIA|AGPA|AROA|AIDA)[A-Z0-9]{16}",  # AWS
    r"AIza[A-Za-z0-9_-]{30,}",  # Google
    r"ya29\.[A-Za-z0-9_-]{20,}",
    r"gh[pousr]_[A-Za-z0-9]{30,}",  # GitHub
    r"github_pat_[A-Za-z0-9_]{22,}",
    r"gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|imt|oas)-[A-Za-z0-9_.-]{19,}[A-Za-z0-9_-]",  # GitLab
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}",  # Slack
    r"hf_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}",  # Hugging Face, Groq, Replicate
    r"(?:pplx|xai|nvapi|fw|csk|tgp_v1|lsv2_[ps]t|pk-lf|sk-lf|ls__)[-_][A-Za-z0-9_-]{20,}",  # other vendors
    r"npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",  # SendGrid
    r"dop_v1_[a-f0-9]{40,}|dp\.(?:pt|st|ct)\.[A-Za-z0-9]{30,}|hv[sb]\.[A-Za-z0-9_-]{24,}",
    r"(?:AC|SK)[a-f0-9]{32}",  # Twilio
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",  # JSON web tokens
    r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=",  # 32 bytes in base64, the project key among them
)
_SECRET_NAME = (
    r"(?:[\w-]*(?:api|access|secret|private|auth|account|signing|master|client)[_-]?(?:key|token|secret)"
    r"|[\w-]*(?:password|passwd|secret|token)|LLMENTARY_KEY)"
)
_WORTH_A_LOOK = re.compile(r"[A-Za-z0-9_+/.-]{18}|://|(?i:key|token|secret|passw|basic)|-----BEGIN")
"""Matches somewhere in every text in which the full pattern could match, and in few others."""


@overload
def mask_secrets(text: str) -> str: ...
@overload
def mask_secrets(text: None) -> None: ...
def mask_secrets(text: str | None) -> str | None:
    """
    Return `text` with everything that looks like a secret replaced.

    Names are kept: `OPENAI_API_KEY=[masked]`.
    """
    if text is None or _WORTH_A_LOOK.search(text) is None:
        return text
    return _pattern().sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    return f"{found['url'] or found['bearer'] or found['name'] or ''}{MASK}"


@cache
def _pattern() -> re.Pattern[str]:
    # Compiled when first needed: a program that is being captured imports this and may never show anything.
    return re.compile(
        r"-----BEGIN (?P<armour>[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----.*?(?:-----END (?P=armour)-----|\Z)"
        + r"|(?P<url>\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,100}:)[^\s/@]{1,200}(?=@)"
        + r"|(?P<bearer>\b(?i:bearer|basic)[ ]+)(?=[^\s]{0,60}[0-9+/=._-])[A-Za-z0-9+/=._~-]{16,}"
        + rf"|(?P<name>(?<![\w-])(?i:{_SECRET_NAME})[\"']?[ ]?[:=][ ]?[\"']?)"
        + r"(?=[^\s\"',;]{0,60}\d)[^\s\"',;)\]}]{8,}"
        + r"|(?<![A-Za-z0-9_/+])(?:"
        + "|".join(_TOKENS)
        + ")",
        re.DOTALL,
    )
