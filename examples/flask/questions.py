"""
Ask the running help desk what customers ask.
"""

from __future__ import annotations

import json
import urllib.request

for question in ("Can I return a jacket?", "Where do you ship to?"):
    asked = urllib.request.Request(
        "http://127.0.0.1:8000/ask",
        data=json.dumps({"question": question}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked) as response:
        print(question, "->", response.read().decode().strip())
