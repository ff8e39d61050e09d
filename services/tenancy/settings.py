"""What tenancy reads from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, FilePath, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from services.kit.secret_box import SecretBox, SecretKeys
from services.kit.secret_words import WordList
from services.kit.settings import SecretText, ServiceSettings, Settings, value_file
from services.tenancy.domain.email_address import is_email
from services.tenancy.domain.name_servers import Address, parse_addresses


class TenancySettings(ServiceSettings):
    """Settings of the server."""

    model_config = SettingsConfigDict(env_prefix="VENEER_TENANCY_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    principal_private_key: Path = Field(
        validation_alias="VENEER_PRINCIPAL_PRIVATE_KEY",
        description="path of the key that principals are signed with",
    )
    telephony_address: str = Field(description="host:port of the telephony service")
    billing_address: str = Field(description="host:port of the billing service")
    smtp_url: SecretText | None = Field(
        default=None,
        description="smtp:// or smtps:// URL of the mail server; without it mails wait",
    )
    mail_from: str = Field(
        default="", description="address that mails come from; needed with VENEER_TENANCY_SMTP_URL"
    )

    secret_words: WordList = Field(
        default="",
        validation_alias="VENEER_SECRET_WORDS",
        description="words that no client may read, one a line",
    )

    breached_passwords: FilePath | None = Field(
        default=None,
        description="path of a list of breached passwords that nobody may choose, as Pwned"
        " Passwords has it, ordered by hash",
    )

    name_servers: str = Field(
        default="",
        description="addresses of the DNS servers that are asked for clients' records, with"
        " commas between; the machine's own if empty",
    )
    own_domains: str = Field(
        default="",
        description="domains at which only the operator gives host names, with commas between",
    )
    host_target: str = Field(
        default="",
        description="host name of the edge that clients' own host names are to lead to",
    )

    secrets_key: SecretKeys | None = Field(
        default=None,
        description="keys that clients' secrets are kept under, the current one first:"
        " lines of id:base64 of 32 bytes",
    )

    def secret_box(self) -> SecretBox:
        """The keys that secrets are kept under; none if none are set."""
        return SecretBox.of(self.secrets_key, value_file(type(self), "secrets_key"))

    def name_server_addresses(self) -> tuple[Address, ...]:
        """The DNS servers to ask, each with its port."""
        return parse_addresses(self.name_servers)

    def own_domain_names(self) -> tuple[str, ...]:
        """The operator's domains."""
        return tuple(each.strip().lower() for each in self.own_domains.split(",") if each.strip())

    @field_validator("name_servers")
    @classmethod
    def _name_servers_are_addresses(cls, text: str) -> str:
        parse_addresses(text)
        return text

    @model_validator(mode="after")
    def _mails_come_from_somebody(self) -> Self:
        if self.smtp_url is not None:
            url = self.smtp_url.get_secret_value()
            if not url.startswith(("smtp://", "smtps://")):
                raise ValueError("VENEER_TENANCY_SMTP_URL must begin with smtp:// or smtps://")
            if not is_email(self.mail_from):
                raise ValueError("VENEER_TENANCY_MAIL_FROM must be an e-mail address")
        return self


class MigrateSettings(Settings):
    """Settings of the migrations."""

    model_config = SettingsConfigDict(env_prefix="VENEER_TENANCY_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    owner_database_url: SecretText = Field(description="postgresql:// URL of the tables' owner")


class OnboardSettings(Settings):
    """What signing a client from the command line needs."""

    model_config = SettingsConfigDict(env_prefix="VENEER_TENANCY_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    owner_password: SecretText = Field(description="password of the client's first user")


class OperatorKeySettings(Settings):
    """The operator's key as it is, and the store that knows whether it is good."""

    model_config = SettingsConfigDict(env_prefix="VENEER_TENANCY_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    operator_key: SecretText | None = Field(
        default=None, description="the operator's present API key, if it is not lost"
    )


class RescueSettings(Settings):
    """The store that knows the operator's staff, and what links are sealed with."""

    model_config = SettingsConfigDict(env_prefix="VENEER_TENANCY_")

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    principal_private_key: Path = Field(
        validation_alias="VENEER_PRINCIPAL_PRIVATE_KEY",
        description="path of the key that links are sealed with, which is the one of principals",
    )


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
