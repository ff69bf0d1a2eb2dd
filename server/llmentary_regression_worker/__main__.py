"""
Start a worker: `<the developer's python> <this folder> <root> <token> <concurrency>`.

This file alone must be readable by any Python, so that one that is too old can say so.
"""

import os
import sys


def main():
    # type: () -> None
    """
    Move the protocol away from stdin and stdout, then serve; nothing else may be imported before.
    """
    receive, send = os.dup(0), os.dup(1)
    devnull = os.open(os.devnull, os.O_RDONLY)
    os.dup2(devnull, 0)
    os.close(devnull)
    os.dup2(2, 1)
    if sys.version_info < (3, 9):
        version = list(sys.version_info[:3])
        os.write(send, ('{"is": "ready", "python": %s}\n' % version).encode("ascii"))
        return
    _leave_no_core_file()
    root, token, concurrency = sys.argv[1:4]
    folder = os.path.dirname(os.path.abspath(__file__))
    # The folder of a script stands first on sys.path; here the developer's root does.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != folder]
    _import_by_path("llmentary_regression_worker", folder)
    from llmentary_regression_worker.serve import serve

    sys.path.insert(0, root)
    sys.argv[:] = [""]
    serve(receive, send, token, int(concurrency))


def _leave_no_core_file():
    # type: () -> None
    """
    Prevent a crash from writing an image of the memory to the disk: it would contain answers.
    """
    try:
        import resource
    except ImportError:  # Windows has none, and writes no such file by itself
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _import_by_path(name, folder):
    # type: (str, str) -> None
    """
    Import this package without a sys.path entry, which would show its neighbors to the developer's code.
    """
    import importlib.util

    path = os.path.join(folder, "__init__.py")
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=[folder])
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    main()
