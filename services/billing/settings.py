"""What billing reads from the environment."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from services.kit.settings import SecretText, ServiceSettings, Settings


class BillingSettings(ServiceSettings):
    """Settings of the server."""

    model_config = SettingsConfigDict(env_prefix="VENEER_BILLING_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    usage_address: str = Field(description="host:port of usage")
    tenancy_address: str = Field(description="host:port of tenancy")
    stripe_key: SecretText | None = Field(
        default=None, description="secret key of the card processor; without it no cards"
    )
    stripe_webhook_secret: SecretText | None = Field(
        default=None, description="secret that the card processor signs its events with"
    )
    stripe_api_base: str = Field(
        default="", description="address of the card processor's API; empty for its own"
    )

    @model_validator(mode="after")
    def _cards_both_ways(self) -> Self:
        """Money that is taken must be heard of."""
        if (self.stripe_key is None) != (self.stripe_webhook_secret is None):
            raise ValueError("the card processor's key and the secret of its events go together")
        return self


class MigrateSettings(Settings):
    """Settings of the migrations."""

    model_config = SettingsConfigDict(env_prefix="VENEER_BILLING_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    owner_database_url: SecretText = Field(description="postgresql:// URL of the tables' owner")
