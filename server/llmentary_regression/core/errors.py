"""
Every error that llmentary raises on purpose.

LlmentaryError
├── UsageError               the command was given something it cannot act on; nothing was run
├── ProjectError             the project's folder or settings do not allow the command
│   └── InterpreterError     no Python can run the developer's callable
├── KeyringError             the project key or its keyring cannot be used
│   ├── KeyMissingError
│   ├── KeyUnreadableError
│   ├── KeyWrongError
│   ├── KeyExposedError      git tracks the key, or could
│   └── KeyUnknownError      nobody on this machine made or added the key
├── AnswersChangedError      a run that had to pass did not
└── StoreError               what is stored on disk could not be read or written
    ├── BaselineFileError    a baseline file is damaged or from a newer version
    └── StoreWriteError      the folder or disk refused the write

A failure of the developer's own callable is not an exception here but a value, a `Failure`.
Each message names the thing, the reason and the next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class LlmentaryError(Exception):
    """
    The base of all errors that llmentary raises on purpose.
    """


class UsageError(LlmentaryError):
    """
    The command was given something it cannot act on; nothing was run.
    """


class ProjectError(LlmentaryError):
    """
    The project's folder or settings do not allow the command.
    """


class InterpreterError(ProjectError):
    """
    No Python interpreter can run the developer's callable.
    """


class KeyringError(LlmentaryError):
    """
    The project key, or the keyring that it opens, cannot be used.
    """


class KeyMissingError(KeyringError):
    """
    A keyring exists, but the key that opens it is not on this machine.
    """


class KeyUnreadableError(KeyringError):
    """
    The key is there but cannot be read, or is not 32 bytes in base64.
    """


class KeyWrongError(KeyringError):
    """
    The key opens no root of the keyring.
    """


class KeyExposedError(KeyringError):
    """
    Git tracks the key's file, or would with the next `git add`.
    """


class KeyUnknownError(KeyringError):
    """
    This user neither made nor added the key, so it may be a stranger's that came with the files.
    """


class AnswersChangedError(LlmentaryError, AssertionError):
    """
    A run that had to pass did not. Also an `AssertionError`, so that test runners show it as one.
    """


class StoreError(LlmentaryError):
    """
    What is stored on disk could not be read or written.

    Args:
        path: the file or folder concerned.
        reason: what is wrong and what to do, without the path.
        line: one-based line in `path`, where one is known.
    """

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        self.path = path
        self.reason = reason
        self.line = line
        place = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{place}: {reason}")


class BaselineFileError(StoreError):
    """
    A baseline file is empty, broken, conflict-marked or from a newer version; it was left untouched.
    """


class StoreWriteError(StoreError):
    """
    The folder or disk refused the write; nothing was changed, or the message says what was.
    """
