"""
Folders that a user allowed to run.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from llmentary_regression.core.errors import StoreWriteError
from llmentary_regression.storage.user import (
    allowed_http_variables,
    is_trusted,
    make_private_folder,
    trust,
    untrust,
)


def test_no_folder_is_trusted_unasked(tmp_path: Path, home: Path) -> None:
    """Looking makes nothing."""
    assert not is_trusted(tmp_path)
    assert not home.exists()


def test_trust_covers_the_folder_and_what_lies_in_it(tmp_path: Path, home: Path) -> None:
    """Not its neighbors and not the folder around it."""
    (tmp_path / "a ü" / "inner").mkdir(parents=True)
    (tmp_path / "a üb").mkdir()

    trust(tmp_path / "a ü")

    assert is_trusted(tmp_path / "a ü")
    assert is_trusted(tmp_path / "a ü" / "inner")
    assert not is_trusted(tmp_path / "a üb")
    assert not is_trusted(tmp_path)
    assert (home / "trusted.json").exists()


def test_trust_can_be_taken_back(tmp_path: Path) -> None:
    """Trusting twice or taking back twice makes no difference."""
    for change in (trust, trust, untrust, untrust):
        change(tmp_path)

    assert not is_trusted(tmp_path)


def test_trust_is_kept_in_the_folder_that_is_given(tmp_path: Path, home: Path) -> None:
    """Tests and containers choose where the user's things lie."""
    trust(tmp_path, tmp_path / "mine")

    assert is_trusted(tmp_path, tmp_path / "mine")
    assert not is_trusted(tmp_path, home)


@pytest.mark.skipif(sys.platform == "win32", reason="links need permission there")
def test_link_into_a_trusted_folder_leads_to_trusted_code(tmp_path: Path) -> None:
    """What is trusted is the code, however one gets there; a swapped link gains nothing."""
    (tmp_path / "real").mkdir()
    (tmp_path / "other").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    trust(link)

    assert is_trusted(tmp_path / "real")
    link.unlink()
    link.symlink_to(tmp_path / "other")
    assert not is_trusted(link)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"folders": 5}', '{"folders": [5, null]}'])
def test_damaged_list_trusts_nothing_and_can_be_fixed(tmp_path: Path, home: Path, text: str) -> None:
    """When in doubt, nothing runs; trusting again starts a new list."""
    home.mkdir(parents=True)
    (home / "trusted.json").write_text(text)

    assert not is_trusted(tmp_path)
    trust(tmp_path)
    assert is_trusted(tmp_path)


def test_users_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    """The fix is a folder of one's own."""
    (tmp_path / "file").touch()

    with pytest.raises(StoreWriteError, match="set LLMENTARY_HOME"):
        trust(tmp_path, tmp_path / "file" / "below")


@pytest.mark.skipif(sys.platform == "win32", reason="the user's folder is private there anyway")
def test_all_that_is_made_of_the_users_folder_is_private(tmp_path: Path) -> None:
    """
    Whatever the umask says: others could else put a list of trusted folders into it.
    """
    before = os.umask(0)
    try:
        make_private_folder(tmp_path / "config" / "llmentary" / "keys")
    finally:
        os.umask(before)

    made = [
        tmp_path / "config",
        tmp_path / "config" / "llmentary",
        tmp_path / "config" / "llmentary" / "keys",
    ]
    assert [stat.S_IMODE(one.stat().st_mode) for one in made] == [0o700] * 3


@pytest.mark.skipif(sys.platform == "win32", reason="folders have other permissions there")
@pytest.mark.parametrize("is_folder", [True, False])
def test_what_others_could_have_written_allows_nothing(tmp_path: Path, home: Path, is_folder: bool) -> None:
    """
    Neither a folder nor a variable, until the user has taken the permission back.
    """
    trust(tmp_path / "project")
    (home / "http-env").write_text("SHOP_TOKEN")
    places = [home] if is_folder else [home / "trusted.json", home / "http-env"]
    environ = {"LLMENTARY_HOME": str(home)}
    assert is_trusted(tmp_path / "project")
    assert allowed_http_variables(environ) == "SHOP_TOKEN"

    for place in places:
        place.chmod(place.stat().st_mode | 0o002)

    assert not is_trusted(tmp_path / "project")
    assert allowed_http_variables(environ) == ""
