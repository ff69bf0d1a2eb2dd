"""
The file `keyring.json`: roots, each wrapped under one or more project keys, and which key replaced which.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from llmentary_regression.core.crypto import ProjectKey, Root, unwrap_root
from llmentary_regression.core.errors import KeyringError
from llmentary_regression.storage.files import (
    DamagedError,
    Document,
    UnsafeFileError,
    format_documents,
    project_folder,
    read_documents,
    read_file,
)

_TABLE = "roots"


def keyring_file(root: Path) -> Path:
    """
    Return where a project's keyring lies; it is committed.
    """
    return project_folder(root) / "keyring.json"


@dataclass(frozen=True, slots=True)
class Replacement:
    """
    A rotation: which key took the place of another. Only messages use it; nothing proves it.
    """

    replaced: str
    key: str
    at: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class StoredKeyring:
    """
    What a keyring file holds.
    """

    wraps: tuple[Document, ...]
    """Each root, once for each key that opens it."""
    replacements: tuple[Replacement, ...] = ()

    @property
    def key_ids(self) -> list[str]:
        """
        Return the ids of the keys that open roots.
        """
        return list(dict.fromkeys(wrap["key"] for wrap in self.wraps))

    @property
    def root_ids(self) -> set[str]:
        return {wrap["id"] for wrap in self.wraps}

    def replacement_of(self, key_id: str) -> Replacement | None:
        """
        Return by which rotation a key was replaced, the latest that is known.
        """
        found = [one for one in self.replacements if one.replaced == key_id]
        return max(found, key=lambda one: one.at, default=None)


def read_keyring(root: Path) -> StoredKeyring | None:
    """
    Return the wrapped roots of a project, or None where it has no keyring.

    Raises:
        KeyringError: the file is damaged or from a newer version.
    """
    path = keyring_file(root)
    try:
        data = read_file(path, root=root)
    except (FileNotFoundError, NotADirectoryError):
        if any((project_folder(root) / "baselines").rglob("*.json")):
            # A new keyring would make every answer look unapproved.
            raise KeyringError(
                f"the keyring `{path}` is missing, but there are baselines that need it; restore it from "
                "version control, or delete the baselines and approve again"
            ) from None
        return None
    except UnsafeFileError as exc:
        raise KeyringError(f"{path}: the keyring {exc.strerror}") from exc
    except OSError as exc:
        raise KeyringError(f"cannot read `{path}` ({exc.strerror or exc}); make it readable") from exc
    try:
        content = read_documents(data, _TABLE)
    except DamagedError as exc:
        raise KeyringError(f"{path}:{exc.line}: the keyring {exc.reason}") from exc
    wraps: list[Document] = []
    replacements: list[Replacement] = []
    for place, document in content.documents.items():
        for one in content.repeated.get(place, [document]):
            if "replaced" in one:
                replacements.append(_read_replacement(one))
            else:
                wraps.append(one)
    if not wraps or not all(_is_wrap(wrap) for wrap in wraps):
        raise KeyringError(f"{path}: the keyring lacks its roots; restore it from version control")
    return StoredKeyring(tuple(wraps), tuple(replacements))


def _is_wrap(document: Document) -> bool:
    return all(isinstance(document.get(name), str) for name in ("id", "key", "wrapped"))


def _read_replacement(document: Document) -> Replacement:
    return Replacement(*(str(document.get(name) or "") for name in ("replaced", "key", "at", "by")))


def format_keyring(keyring: StoredKeyring) -> bytes:
    """
    Return the bytes of a keyring file.
    """
    # One line for each root under each key, so that both can stand side by side, here and after a merge.
    lines = {f"{wrap['id']}.{wrap['key']}": wrap for wrap in keyring.wraps}
    lines |= {f"replaced.{one.replaced}.{one.key}": asdict(one) for one in keyring.replacements}
    return format_documents({}, _TABLE, lines)


def open_roots(root: Path, keyring: StoredKeyring, key: ProjectKey) -> dict[str, Root]:
    """
    Return the roots that `key` opens, by id.

    Raises:
        KeyringError: a wrapped root is no such thing.
    """
    try:
        # By the key's id first: without compiled code an opening takes milliseconds.
        roots = [unwrap_root(wrap, key) for wrap in keyring.wraps if wrap["key"] == key.id]
    except ValueError as exc:
        raise KeyringError(
            f"{keyring_file(root)}: the keyring is broken ({exc}); restore it from version control"
        ) from exc
    return {one.id: one for one in roots if one is not None}
