# ruff: noqa: PTH100, PTH120
# Python imports this file when it starts, as `llmentary train -- COMMAND` puts its folder on PYTHONPATH.
# It switches training on before the application's first line, and then runs the user's own sitecustomize.
# Any Python may read it, so the syntax is that of Python 3.6.
import importlib.machinery
import importlib.util
import os
import sys


def _start() -> None:
    try:
        if importlib.util.find_spec("llmentary_regression.training.session._environment") is None:
            raise ImportError
        from llmentary_regression.training.session import start_from_environment
    except Exception:  # noqa: BLE001 - an old Python, or an llmentary that does not fit it
        if not os.environ.get("LLMENTARY_TRAIN_TOLD"):
            os.environ["LLMENTARY_TRAIN_TOLD"] = "1"
            sys.stderr.write(
                f"llmentary: {sys.executable} has no llmentary that it can import, so nothing of this process "
                f"is captured; install it there: {sys.executable} -m pip install llmentary-regression\n"
            )
        return
    start_from_environment()


def _run_own() -> None:
    folder = os.path.dirname(os.path.abspath(__file__))
    rest = [entry for entry in sys.path if os.path.abspath(entry or ".") != folder]
    finder = importlib.machinery.PathFinder
    spec = finder.find_spec("sitecustomize", rest)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if os.environ.get("LLMENTARY_TRAIN"):
    _start()
_run_own()
