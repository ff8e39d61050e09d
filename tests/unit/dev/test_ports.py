"""A port in use is a message that says which, and what to set."""

from __future__ import annotations

import socket
from dataclasses import asdict, replace

import pytest

from dev.ports import LOOPBACK, Ports


def test_a_port_in_use_is_named_with_its_variable(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has to find out which of eleven ports it was."""
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(SystemExit):
            replace(Ports.free(), billing=port).require_free()

    said = capsys.readouterr().err
    assert f"{port} for billing" in said
    assert "VENEER_PORT_BILLING" in said


def test_free_ports_are_accepted() -> None:
    """What was just found free can be listened on."""
    Ports.free().require_free()


def test_suites_that_start_at_once_have_ports_of_their_own() -> None:
    """Nothing listens on them yet."""
    suites = [Ports.free() for _ in range(60)]

    taken = [port for ports in suites for port in asdict(ports).values()]
    assert len(taken) == len(set(taken))


def test_a_variable_replaces_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others stay as they are."""
    monkeypatch.setenv("VENEER_PORT_PUBLIC", "9443")

    ports = Ports.from_environment()

    assert ports.public == 9443
    assert ports.private == Ports().private


@pytest.mark.parametrize("text", ["", "0", "65536", "http", "-1", "8443 "])
def test_what_is_no_port_is_refused_by_name(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong value never falls back to the default."""
    monkeypatch.setenv("VENEER_PORT_USAGE", text)

    with pytest.raises(SystemExit):
        Ports.from_environment()

    assert f"VENEER_PORT_USAGE={text}" in capsys.readouterr().err
