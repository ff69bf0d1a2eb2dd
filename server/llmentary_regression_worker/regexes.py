"""
Run a suite's regular expressions, in llmentary's own interpreter, as a process that can be killed.

Started by path as `python -I regexes.py`, so that a slow expression stops nothing but itself. It reports each
expression before it tries it; whoever has to kill the process then knows which one to name.
"""

from __future__ import annotations

import faulthandler
import json
import os
import re
import sys
import warnings
from typing import Any

PLACEHOLDER = "▇"
"""What replaces text that `@mask` hides."""

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


def main() -> None:
    """
    Answer requests until stdin ends, one JSON object a line.
    """
    warnings.simplefilter("ignore")
    send, receive = sys.stdout, sys.stdin.buffer
    sys.stdout = sys.stderr

    def report(message: dict[str, Any]) -> None:
        send.write(json.dumps(message) + "\n")
        send.flush()

    report({"is": "ready"})
    nowhere = open(os.devnull, "w")  # noqa: SIM115 - as long as the process lives
    for line in receive:
        request = json.loads(line)
        # The last resort should llmentary die meanwhile: it goes off although `re` holds all threads.
        faulthandler.dump_traceback_later(request["limit_s"], exit=True, file=nowhere)
        report({"is": "done", **run(request["do"], request["text"], request["regexes"], report)})
        faulthandler.cancel_dump_traceback_later()


def run(action: str, text: str, regexes: list[list[str]], report: Any) -> dict[str, Any]:
    """
    Return the masked text or the matches, or the position of a broken expression and what is wrong with it.
    """
    matches = []
    for index, (pattern, flags) in enumerate(regexes):
        report({"is": "trying", "regex": index})
        try:
            compiled = re.compile(pattern, sum(_FLAGS[flag] for flag in set(flags)))
        except KeyError as exc:
            return {"broken": index, "reason": f"unknown flag {exc}"}
        except (re.error, OverflowError, RecursionError) as exc:
            return {"broken": index, "reason": str(exc)}
        if action == "mask":
            # A match of nothing hides nothing.
            text = compiled.sub(lambda match: PLACEHOLDER if match.group() else "", text)
        else:
            matches.append(compiled.search(text) is not None)
    return {"text": text} if action == "mask" else {"matches": matches}


if __name__ == "__main__":
    main()
