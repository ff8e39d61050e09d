"""Settings: environment to frozen values, all faults told at once, at the start."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

SecretText = SecretStr

S = TypeVar("S", bound="Settings")


class Settings(BaseSettings):
    """Settings of one program; a subclass says `model_config = SettingsConfigDict(env_prefix=...)`.

    Every variable `X` may be given as `X_FILE`, the path of a file that holds the value. Secrets
    are `SecretText`, which no log shows.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: Any, **named: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (named["init_settings"], named["env_settings"], ValueFiles(settings_cls))


class ServiceSettings(Settings):
    """What every service is told: where to listen, who it is, whom it believes."""

    listen: str = Field(description="host:port to listen on")
    certificates: Path = Field(
        validation_alias="VENEER_CERTIFICATES",
        description="folder with ca.pem, <identity>.pem and <identity>.key",
    )
    principal_public_key: Path = Field(
        validation_alias="VENEER_PRINCIPAL_PUBLIC_KEY",
        description="path of the key that principals are verified with",
    )
    health_listen: str = Field(
        default="",
        validation_alias="VENEER_HEALTH_LISTEN",
        description="host:port where whoever may connect is told whether it serves; none if empty",
    )
    log_level: str = Field(default="INFO", validation_alias="VENEER_LOG_LEVEL")
    reflection: bool = Field(default=False, validation_alias="VENEER_REFLECTION")


class ValueFiles(PydanticBaseSettingsSource):
    """Reads `<VARIABLE>_FILE` for every variable."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{variable(self.settings_cls, field_name)}_FILE")
        value = Path(path).read_text(encoding="utf-8").rstrip("\r\n") if path else None
        return value, _key(field, field_name), False

    def __call__(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                found[key] = value
        return found


def load(settings_class: type[S]) -> S:
    """Reads the environment; prints every missing or bad variable by name, then exits with 2."""
    try:
        return settings_class()
    except ValidationError as error:
        lines = [_complaint(settings_class, fault) for fault in error.errors()]
    except OSError as error:
        lines = [f"{error.filename}: {error.strerror}"]
    print("The settings are not complete:", *lines, sep="\n  ", file=sys.stderr)
    raise SystemExit(2)


def value_file(settings_class: type[BaseSettings], field_name: str) -> Path | None:
    """Gives the file that a value is read from, for who reads it again when it changes."""
    name = variable(settings_class, field_name)
    path = os.environ.get(f"{name}_FILE")
    return Path(path) if path and name not in os.environ else None


def variable(settings_class: type[BaseSettings], field_name: str) -> str:
    """Names the environment variable of a field."""
    field = settings_class.model_fields[field_name]
    prefix = str(settings_class.model_config.get("env_prefix", ""))
    return _key(field, "") or f"{prefix}{field_name}".upper()


def _key(field: FieldInfo, otherwise: str) -> str:
    alias = field.validation_alias
    return alias if isinstance(alias, str) else otherwise


def _complaint(settings_class: type[BaseSettings], fault: Any) -> str:
    location = str(fault["loc"][0]) if fault["loc"] else ""
    by_alias = {_key(field, name): name for name, field in settings_class.model_fields.items()}
    name = by_alias.get(location.upper(), by_alias.get(location, location))
    if name not in settings_class.model_fields:
        return f"{location or 'settings'}: {fault['msg']}"
    described = settings_class.model_fields[name].description
    wanted = f" (set it to: {described})" if described else ""
    problem = "is not set" if fault["type"] == "missing" else f"is not valid: {fault['msg']}"
    return f"{variable(settings_class, name)} {problem}{wanted}"
