"""A password is found in a list of breached ones, wherever it stands, and nothing else is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from services.tenancy.partners.breached_passwords import BreachedPasswords

KNOWN = [f"password {number}" for number in range(500)]


def _written(folder: Path, end: str) -> Path:
    """Counts have one to ten digits, so that lines are of many lengths."""
    hashes = sorted(hashlib.sha1(each.encode()).hexdigest().upper() for each in KNOWN)
    lines = (f"{each}:{7 ** (number % 12)}" for number, each in enumerate(hashes))
    path = folder / "breached.txt"
    path.write_bytes((end.join(lines) + end).encode())
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_of_a_list_is_found_and_no_other(tmp_path: Path, end: str) -> None:
    """The first and the last too."""
    listed = BreachedPasswords(_written(tmp_path, end))

    assert all(map(listed.has, KNOWN))
    assert not any(listed.has(f"another {number}") for number in range(500))


@pytest.mark.parametrize("content", ["", "password1\n", "ABC:1\n"])
def test_a_file_that_is_no_such_list_is_not_taken_for_one(tmp_path: Path, content: str) -> None:
    """Or it would let everything pass, unseen."""
    path = tmp_path / "list.txt"
    path.write_text(content)

    with pytest.raises(ValueError, match="40 hexadecimal"):
        BreachedPasswords(path)
