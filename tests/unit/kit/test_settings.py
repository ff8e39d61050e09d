"""Settings are complete or the program does not start."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from services.kit.settings import SecretText, ServiceSettings, Settings, load


class CupSettings(Settings):
    model_config = SettingsConfigDict(env_prefix="CUP_")

    size: int = Field(description="millilitres")
    code: SecretText = Field(description="the code of the lock")
    color: str = "white"


class ProbeSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="VENEER_PROBE_")


def _refusal_of(capsys: pytest.CaptureFixture[str], settings: type[Settings]) -> str:
    with pytest.raises(SystemExit) as ended:
        load(settings)
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_the_environment_becomes_frozen_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed, with defaults, never to change."""
    monkeypatch.setenv("CUP_SIZE", "250")
    monkeypatch.setenv("CUP_CODE", "1234")

    settings = load(CupSettings)

    assert (settings.size, settings.color) == (250, "white")
    with pytest.raises(ValidationError):
        settings.size = 3  # type: ignore[misc]


def test_every_fault_is_told_at_once_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to set, so that nobody has to start three times."""
    monkeypatch.setenv("CUP_SIZE", "large")

    told = _refusal_of(capsys, CupSettings)

    assert "CUP_SIZE is not valid" in told
    assert "CUP_CODE is not set (set it to: the code of the lock)" in told
    assert "large" not in told


def test_shared_variables_are_told_by_their_own_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What all services share has no service in its name."""
    told = _refusal_of(capsys, ProbeSettings)

    assert "VENEER_PROBE_LISTEN is not set" in told
    assert "VENEER_CERTIFICATES is not set" in told
    assert "VENEER_PRINCIPAL_PUBLIC_KEY is not set" in told


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As orchestrators mount them; its last line end is not part of it."""
    (tmp_path / "code").write_text("s3cret\n")
    monkeypatch.setenv("CUP_SIZE", "1")
    monkeypatch.setenv("CUP_CODE_FILE", str(tmp_path / "code"))

    settings = load(CupSettings)

    assert settings.code.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings)


def test_a_shared_variable_may_come_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same rule for every variable."""
    (tmp_path / "level").write_text("DEBUG")
    monkeypatch.setenv("VENEER_PROBE_LISTEN", "127.0.0.1:0")
    monkeypatch.setenv("VENEER_CERTIFICATES", str(tmp_path))
    monkeypatch.setenv("VENEER_PRINCIPAL_PUBLIC_KEY", str(tmp_path))
    monkeypatch.setenv("VENEER_LOG_LEVEL_FILE", str(tmp_path / "level"))

    assert load(ProbeSettings).log_level == "DEBUG"


def test_a_file_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its path."""
    monkeypatch.setenv("CUP_CODE_FILE", str(tmp_path / "nothing"))

    assert str(tmp_path / "nothing") in _refusal_of(capsys, CupSettings)
