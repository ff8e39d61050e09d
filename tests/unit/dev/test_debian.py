"""Without root or Debian, set-up says what is missing and what replaces it."""

from __future__ import annotations

import os
import shutil

import pytest

from dev import debian, tools


def test_on_another_system_the_packages_and_the_way_out_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is left with a stack trace."""
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(SystemExit):
        debian.install("mariadb-server-core", instead="set VENEER_MARIADB_BIN")

    said = capsys.readouterr().err
    assert "mariadb-server-core" in said
    assert "set VENEER_MARIADB_BIN" in said


def test_without_root_the_command_for_root_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It can be copied."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")

    with pytest.raises(SystemExit):
        debian.install("chromium", instead="set VENEER_CHROMIUM")

    assert "apt-get install --no-install-recommends chromium" in capsys.readouterr().err


def test_a_folder_without_the_programs_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: object,
) -> None:
    """A wrong variable is told at set-up and not at the first start."""
    monkeypatch.setenv("VENEER_MARIADB_BIN", str(tmp_path))

    with pytest.raises(SystemExit):
        tools.ensure_mariadb()

    assert "mariadbd" in capsys.readouterr().err
