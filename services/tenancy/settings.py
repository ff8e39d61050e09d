"""What tenancy reads from the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.kit.settings import SecretText, ServiceSettings, Settings


class TenancySettings(ServiceSettings):
    """Settings of the server."""

    model_config = SettingsConfigDict(env_prefix="VENEER_TENANCY_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    principal_private_key: Path = Field(
        validation_alias="VENEER_PRINCIPAL_PRIVATE_KEY",
        description="path of the key that principals are signed with",
    )


class MigrateSettings(Settings):
    """Settings of the migrations."""

    model_config = SettingsConfigDict(env_prefix="VENEER_TENANCY_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    owner_database_url: SecretText = Field(description="postgresql:// URL of the tables' owner")


class BootstrapSettings(Settings):
    """The operator to be, and the store to put it into."""

    model_config = SettingsConfigDict(env_prefix="VENEER_TENANCY_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    operator_id: str = Field(description="id of the operator's own tenant, for example northgate")
    operator_display_name: str = Field(description="what people call the operator")
    operator_host_name: str = Field(description="host name of the operator's console")
    operator_time_zone: str = Field(default="UTC", description="IANA name of the operator's zone")
    operator_email: str = Field(description="address that the first user logs in with")
    operator_password: SecretText = Field(description="password of the first user")
