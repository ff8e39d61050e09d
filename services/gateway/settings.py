"""What the gateway reads from the environment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from services.gateway.auth.visitors import SessionLimits
from services.gateway.partners.addresses import NetworkList
from services.gateway.partners.services import NAMES
from services.gateway.rest.rate_limits import USUAL_LIMITS, RequestLimits
from services.kit.secret_words import WordList
from services.kit.settings import SecretText, Settings


class GatewaySettings(Settings):
    """Settings of the server."""

    model_config = SettingsConfigDict(env_prefix="VENEER_GATEWAY_")

    client_listen: str = Field(default="", description="host:port for what clients ask")
    operator_listen: str = Field(default="", description="host:port for what the operator asks")
    health_listen: str = Field(
        default="",
        validation_alias="VENEER_HEALTH_LISTEN",
        description="host:port where whoever may connect is told whether it serves; none if empty",
    )
    listen: str = Field(
        default="127.0.0.1:0", description="host:port of what the gateway serves to itself"
    )
    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    tenancy_address: str = Field(description="host:port of tenancy")
    telephony_address: str = Field(description="host:port of telephony")
    usage_address: str = Field(description="host:port of usage")
    billing_address: str = Field(description="host:port of billing")
    agent_page_url: str = Field(
        default="",
        description="address below which the dialer's agent page is; agents have none if empty",
    )
    session_idle_minutes: int = Field(default=120, ge=1, le=1440)
    session_hours: int = Field(default=12, ge=1, le=168)
    requests_per_minute_key: int = Field(
        default=USUAL_LIMITS.per_key,
        ge=1,
        le=1_000_000,
        description="what a client's key may send a minute",
    )
    requests_per_minute_tenant: int = Field(
        default=USUAL_LIMITS.per_tenant,
        ge=1,
        le=1_000_000,
        description="what all keys of a client may send a minute, unless its seller has said",
    )
    body_bytes_max: int = Field(default=1024 * 1024, ge=1024, le=64 * 1024 * 1024)
    certificates: Path = Field(
        validation_alias="VENEER_CERTIFICATES",
        description="folder with ca.pem, gateway.pem and gateway.key",
    )
    principal_public_key: Path = Field(
        validation_alias="VENEER_PRINCIPAL_PUBLIC_KEY",
        description="path of the key that principals are verified with",
    )
    secret_words: WordList = Field(
        default="",
        validation_alias="VENEER_SECRET_WORDS",
        description="words that no client may read, one a line",
    )
    reachable_networks: NetworkList = Field(
        default="",
        description="networks that requests to addresses of clients may go to though they are not"
        " public, by commas",
    )
    log_level: str = Field(default="INFO", validation_alias="VENEER_LOG_LEVEL")

    @model_validator(mode="after")
    def _listens_for_somebody(self) -> Self:
        if not self.client_listen and not self.operator_listen:
            raise ValueError(
                "VENEER_GATEWAY_CLIENT_LISTEN or VENEER_GATEWAY_OPERATOR_LISTEN must be set"
            )
        return self

    @property
    def addresses(self) -> dict[str, str]:
        """Where each of the other services is."""
        return {name: getattr(self, f"{name}_address") for name in NAMES}

    @property
    def request_limits(self) -> RequestLimits:
        """How many requests keys may send to this replica."""
        return RequestLimits(self.requests_per_minute_key, self.requests_per_minute_tenant)

    @property
    def session_limits(self) -> SessionLimits:
        """How long sessions last."""
        return SessionLimits(
            idle=timedelta(minutes=self.session_idle_minutes),
            absolute=timedelta(hours=self.session_hours),
        )


class MigrateSettings(Settings):
    """Settings of the migrations."""

    model_config = SettingsConfigDict(env_prefix="VENEER_GATEWAY_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    owner_database_url: SecretText = Field(description="postgresql:// URL of the tables' owner")
