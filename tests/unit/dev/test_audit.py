"""The audit finds what it is for, and finds nothing in the tree."""

from __future__ import annotations

import json

import pytest

from dev.audit import (
    KNOWN_COPYLEFT,
    licence_of,
    secrets_in,
    secrets_in_tree,
    unexplained_licences,
)
from dev.image_packages import runtime_packages
from services.kit.rpc.principal import new_key_pair

# Put together here, so that no line of this file looks like one.
_PEM = "-----BEGIN {}PRIVATE KEY-----\n" + "QUJD" * 16
_PLANTED = [
    _PEM.format(""),
    _PEM.format("EC "),
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "sk_live_" + "a1" * 12,
    "ghp_" + "a1b2" * 9,
    new_key_pair()[0],
]


@pytest.mark.parametrize("secret", _PLANTED)
def test_a_secret_is_found_with_its_line(secret: str) -> None:
    """Whatever stands around it."""
    (found,) = secrets_in(f"first\nkey = {secret}\nlast", "some/file.py")

    assert found.place == "some/file.py:2"


def test_what_is_not_secret_is_left_alone() -> None:
    """Public halves, and names of secrets."""
    public = new_key_pair()[1]
    text = f"{public} password=changeme {json.dumps({'d': 'short'})} BEGIN PUBLIC KEY"

    assert list(secrets_in(text, "file")) == []


def test_there_is_no_secret_in_the_tree() -> None:
    """In no file that git keeps."""
    assert list(secrets_in_tree()) == []


def test_every_licence_of_the_image_has_been_thought_about() -> None:
    """And nothing is excused that is not there any more."""
    packages = runtime_packages()

    assert not list(unexplained_licences((each, licence_of(each)) for each in packages))
    assert KNOWN_COPYLEFT.keys() <= packages


@pytest.mark.parametrize("licence", ["AGPL-3.0-only", "GPL v2", "MPL-2.0", "none stated"])
def test_a_licence_that_asks_something_is_found(licence: str) -> None:
    """One that is not stated, too."""
    (found,) = unexplained_licences([("some-package", licence)])

    assert licence in found.what
