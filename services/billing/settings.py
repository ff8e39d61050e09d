"""What billing reads from the environment."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.kit.settings import SecretText, ServiceSettings, Settings


class BillingSettings(ServiceSettings):
    """Settings of the server."""

    model_config = SettingsConfigDict(env_prefix="VENEER_BILLING_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    usage_address: str = Field(description="host:port of usage")
    tenancy_address: str = Field(description="host:port of tenancy")


class MigrateSettings(Settings):
    """Settings of the migrations."""

    model_config = SettingsConfigDict(env_prefix="VENEER_BILLING_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    owner_database_url: SecretText = Field(description="postgresql:// URL of the tables' owner")
