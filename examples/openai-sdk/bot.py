"""
A help desk that calls a model through the openai SDK. It knows nothing of llmentary.
"""

from __future__ import annotations

import sys

from openai import OpenAI

FACTS = "Jackets can be returned within 30 days of delivery. We ship to Norway, Sweden and Denmark."


def ask(question: str) -> str:
    """
    Return the model's answer.
    """
    with OpenAI(base_url="http://127.0.0.1:8080/v1", api_key="none") as client:
        completion = client.chat.completions.create(
            model="smollm2",
            messages=[{"role": "user", "content": f"{FACTS}\n\nAnswer in one short sentence: {question}"}],
            temperature=0,
            seed=1,
            max_tokens=40,
        )
    return completion.choices[0].message.content or ""


if __name__ == "__main__":
    print(ask(" ".join(sys.argv[1:]) or "How long do I have to return a jacket?"))
