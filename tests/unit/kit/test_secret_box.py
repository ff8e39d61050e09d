"""Keys by which secrets are sealed: of a file that changes while we run."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from services.kit.secret_box import SecretBox, SecretsKeyMissing, SecretUnreadable

PLACE = "carriers/acme/login_secret"
OLD, NEW = (f"{name}:{base64.b64encode(bytes([number]) * 32).decode()}" for number, name in
            enumerate(("old", "new"), 1))  # fmt: skip


def test_a_secret_is_readable_in_its_place_alone() -> None:
    """A row that was copied over another one's tells nothing."""
    box = SecretBox.from_text(OLD)
    sealed = box.seal("s3cret", PLACE)

    assert box.open(sealed, PLACE) == "s3cret"
    with pytest.raises(SecretUnreadable):
        box.open(sealed, "carriers/other/login_secret")


def test_the_keys_of_a_file_are_read_again(tmp_path: Path) -> None:
    """In the order of the manual: the new one is added, becomes the first, is the only one."""
    file = tmp_path / "secrets-key"
    file.write_text(OLD)
    box = SecretBox.from_file(file)
    sealed = box.seal("s3cret", PLACE)

    file.write_text(f"{OLD}\n{NEW}")
    assert (box.current_key_id, box.older_key_ids) == ("old", ["new"])
    file.write_text(f"{NEW}\n{OLD}\n")
    assert (box.current_key_id, box.open(sealed, PLACE)) == ("new", "s3cret")
    anew = box.seal_anew(sealed, PLACE)
    file.write_text(NEW)

    assert box.open(anew, PLACE) == "s3cret"
    with pytest.raises(SecretUnreadable):
        box.open(sealed, PLACE)


@pytest.mark.parametrize("content", ["", "\n", "new:short", f"{OLD}\n{OLD}"])
def test_a_file_that_is_wrong_changes_nothing(tmp_path: Path, content: str) -> None:
    """Nobody loses the keys to what is stored by a slip of the pen."""
    file = tmp_path / "secrets-key"
    file.write_text(OLD)
    box = SecretBox.from_file(file)
    sealed = box.seal("s3cret", PLACE)

    file.write_text(content)

    assert box.open(sealed, PLACE) == "s3cret"


def test_without_a_key_nothing_is_sealed() -> None:
    """Rather than to keep it readable."""
    with pytest.raises(SecretsKeyMissing):
        SecretBox.of(None, None).seal("s3cret", PLACE)
