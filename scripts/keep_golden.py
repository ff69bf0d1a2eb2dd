"""
Write what the text analysis finds in the golden texts, after its version was raised or texts were added.

    python scripts/keep_golden.py

Add a text to `tests/core/text/golden.json` as `{"lang": "en", "text": "..."}`; this script fills in the rest.
What a version once found in a text is never overwritten: where that differs, raise `PIPELINE_VERSION` first.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_REPOSITORY = Path(__file__).resolve().parents[1]
GOLDEN = _REPOSITORY / "tests" / "core" / "text" / "golden.json"


def main() -> int:
    """
    Write the file; return 1 where the present version contradicts it.
    """
    sys.path.insert(0, str(_REPOSITORY / "server"))
    from llmentary_regression.core.text import PIPELINE_VERSION

    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    entries = [found_in(entry) for entry in golden["texts"]]
    known = [(old, new) for old, new in zip(golden["texts"], entries, strict=True) if "shape" in old]
    differing = [old for old, new in known if old != new]
    if differing and golden["version"] == PIPELINE_VERSION:
        print(f"version {PIPELINE_VERSION} finds something else in {len(differing)} texts; raise it first")
        return 1
    GOLDEN.write_text(format_golden(PIPELINE_VERSION, entries), encoding="utf-8", newline="\n")
    print(f"version {PIPELINE_VERSION}: {len(entries)} texts, {len(differing)} found otherwise than before")
    return 0


def found_in(entry: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return an entry of the golden file: a text and everything that is stored of its analysis, in the clear.

    Args:
        entry: with `text`, `lang` and perhaps `times`, how often the text is repeated.
    """
    from llmentary_regression.core.text import analyze

    text, lang, times = entry["text"], entry["lang"], entry.get("times", 1)
    found = analyze(text * times, lang)
    content: dict[str, Any] = {
        "forms": found.tokens.forms,
        "kinds": " ".join(kind.word for kind in found.tokens.kinds),
        "openings": "".join("x" if opens else "." for opens in found.tokens.openings),
        "facts": [f"{fact.kind.word} {fact.form}" for fact in found.facts],
    }
    if times > 1:
        data = json.dumps(content, sort_keys=True).encode()
        content = {"times": times, "tokens": len(found.tokens), "digest": hashlib.sha256(data).hexdigest()}
    return {"lang": lang, "text": text, **content, "shape": int(found.shape)}


def format_golden(version: int, entries: list[dict[str, Any]]) -> str:
    """
    Return the file's text: an entry a line, so that a difference shows which texts it touches.
    """
    lines = ",\n".join(map(_dump, entries))
    return f'{{"version": {version}, "texts": [\n{lines}\n]}}\n'


def _dump(entry: Mapping[str, Any]) -> str:
    text = json.dumps(entry, ensure_ascii=False)
    # Half a surrogate pair, and signs that would disturb an editor.
    return text if text.isprintable() else json.dumps(entry)


if __name__ == "__main__":
    sys.exit(main())
