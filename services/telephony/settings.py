"""What telephony reads from the environment."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from services.kit.secret_box import SecretBox, SecretKeys
from services.kit.settings import SecretText, ServiceSettings, Settings, value_file
from services.telephony.domain.open_leg import ClosingPolicy
from services.telephony.domain.provisioning.drift import Policy
from services.telephony.partners.ami import ManagerAddress

_PREFIX = "VENEER_TELEPHONY_"
_HOST = re.compile(r"[^/=,\s]+/[^/=,\s]+=[^/=,\s]+")


class TelephonySettings(ServiceSettings):
    """Settings of the server."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX)

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    tenancy_address: str = Field(description="host:port of tenancy")
    usage_address: str = Field(description="host:port of usage")
    keep_days: int = Field(default=45, ge=3, description="days that legs are kept")
    open_leg_hours: float = Field(
        default=4.0, gt=0, le=48, description="hours after which a call counts as over"
    )
    silent_host_minutes: float = Field(
        default=60.0, gt=0, description="minutes without a sign after which a host counts as dead"
    )
    open_leg_grace_minutes: float = Field(
        default=5.0, ge=0, description="minutes that a leg's line may be late after a restart"
    )
    dialer_database_url: SecretText | None = Field(
        default=None, description="mysql:// URL of the dialer's database, read only"
    )
    dialer_api_url: str | None = Field(
        default=None, description="address of the dialer's web API for programs"
    )
    dialer_api_user: str = Field(default="", description="our user there, and nobody else's")
    dialer_api_password: SecretText | None = Field(default=None, description="its password")
    dialer_admin_database_url: SecretText | None = Field(
        default=None, description="mysql:// URL of the dialer's database for a login that writes"
    )
    dialer_views_database_url: SecretText | None = Field(
        default=None,
        description="mysql:// URL of the dialer's database for a login that makes clients' views",
    )
    drift_policy: Policy = Field(
        default=Policy.ISOLATION,
        description="what is done about drift that is found: REPORT, ISOLATION or REPAIR",
    )
    drift_seconds: float = Field(
        default=60.0, gt=0, description="seconds between two looks for drift"
    )
    recordings_url: str | None = Field(
        default=None, description="address of the server that keeps recordings"
    )
    recordings_hosts: str = Field(
        default="", description="names of it in the dialer's tables besides that, by commas"
    )
    dialer_hosts: str = Field(
        default="",
        description="what the dialer's tables call each host: cluster/host=address,...",
    )
    dialer_time_zone: str = Field(
        default="UTC", description="IANA name of the zone that the dialer's tables are written in"
    )

    billing_address: str | None = Field(
        default=None, description="host:port of billing, which is told the carriers of routes"
    )
    secrets_key: SecretKeys | None = Field(
        default=None,
        description="keys that carriers' secrets are kept under, the current one first:"
        " lines of id:base64 of 32 bytes",
    )
    dialer_managers: SecretText | None = Field(
        default=None,
        description="the hosts' manager interfaces: cluster/host=user:secret@host:port,...",
    )
    dialer_journal_folder: str = Field(
        default="/var/spool/asterisk/legs", description="where hosts write their leg journals"
    )
    dialer_call_log: str = Field(
        default="agi://127.0.0.1:4577/call_log",
        description="FastAGI address of the dialer's own call log on a host; empty for none",
    )

    def secret_box(self) -> SecretBox:
        """The keys that secrets are kept under; none if none are set."""
        return SecretBox.of(self.secrets_key, value_file(type(self), "secrets_key"))

    def managers(self) -> dict[tuple[str, str], ManagerAddress]:
        """The manager interfaces of hosts, by (cluster, host)."""
        text = self.dialer_managers.get_secret_value() if self.dialer_managers else ""
        return _managers(text)

    def closing_policy(self) -> ClosingPolicy:
        """When a leg without an end is given one."""
        return ClosingPolicy(
            grace=timedelta(minutes=self.open_leg_grace_minutes),
            silence=timedelta(minutes=self.silent_host_minutes),
            longest=timedelta(hours=self.open_leg_hours),
        )

    def recordings_names(self) -> frozenset[str]:
        """What the dialer's tables call the server that keeps recordings."""
        own = urlsplit(self.recordings_url or "").hostname or ""
        names = (own, *self.recordings_hosts.split(","))
        return frozenset(name.strip().lower() for name in names if name.strip())

    def dialer_addresses(self) -> dict[tuple[str, str], str]:
        """What the dialer's tables call each (cluster, host)."""
        addresses = {}
        for item in filter(None, self.dialer_hosts.split(",")):
            name, _, address = item.strip().partition("=")
            cluster, _, host = name.partition("/")
            addresses[cluster, host] = address
        return addresses

    @field_validator("dialer_hosts")
    @classmethod
    def _check_hosts(cls, value: str) -> str:
        for item in filter(None, value.split(",")):
            if not _HOST.fullmatch(item.strip()):
                raise ValueError("must be cluster/host=address, separated by commas")
        return value

    @field_validator("dialer_managers")
    @classmethod
    def _check_managers(cls, value: SecretText | None) -> SecretText | None:
        if value is not None:
            _managers(value.get_secret_value())
        return value

    @field_validator("dialer_time_zone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("must be the IANA name of a zone") from error
        return value


def _managers(text: str) -> dict[tuple[str, str], ManagerAddress]:
    found = {}
    for item in filter(None, map(str.strip, text.split(","))):
        name, _, address = item.partition("=")
        cluster, _, host = name.partition("/")
        found[cluster, host] = ManagerAddress.parse(address)
    return found


class MigrateSettings(Settings):
    """Settings of the migrations."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX)

    database_url: SecretText = Field(description="postgresql:// URL of the service's role")
    owner_database_url: SecretText = Field(description="postgresql:// URL of the tables' owner")
