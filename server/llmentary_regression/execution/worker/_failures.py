"""
What can go wrong with a worker process and with what it was given, in the words that the developer reads.
"""

from __future__ import annotations

from llmentary_regression.core.model import Failure, FailureKind


def not_started(interpreter: str, reason: str, output: str) -> Failure:
    """
    Return the failure of all that waits for an interpreter that does not work.
    """
    message = f"cannot start {interpreter}: {reason}; set `interpreter` to the Python of your project"
    return Failure(FailureKind.INTERPRETER, message, output=output)


def not_debugged(reason: str) -> Failure:
    """
    Return the failure of what was to be asked under a debugger.
    """
    return Failure(FailureKind.INTERPRETER, f"cannot debug: {reason}")


def import_too_slow(target: str, limit_s: float, output: str) -> Failure:
    """
    Return the failure of all asks of a callable whose module does not come to its end.
    """
    message = f"importing `{target}` took longer than {limit_s:g} s; look at what its module does"
    return Failure(FailureKind.TIMED_OUT, message, output=output)


def import_ended_process(target: str, how: str, output: str) -> Failure:
    """
    Return the failure of all asks of a callable whose module takes its process down.

    Args:
        target: the callable as it is set.
        how: the end, as `describe_exit` words it.
        output: the end of what was printed.
    """
    message = f"importing `{target}` ended the process ({how}); look at what its module does"
    return Failure(FailureKind.EXITED, message, output=output)


def answer_too_slow(target: str, timeout_s: float, output: str) -> Failure:
    """
    Return the failure of an ask whose time is up.
    """
    message = f"`{target}` gave no answer within {timeout_s:g} s; raise `timeout` if it needs longer"
    return Failure(FailureKind.TIMED_OUT, message, output=output)


def answer_ended_process(target: str, how: str, output: str) -> Failure:
    """
    Return the failure of an ask that took its process down.
    """
    if how.startswith("exit code"):
        message = f"`{target}` ended its process ({how}); return an answer instead"
    else:
        message = (
            f"the process of `{target}` was ended ({how}), as by a crash or for want of memory; run it again"
        )
    return Failure(FailureKind.EXITED, message, output=output)
