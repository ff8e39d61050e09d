"""What the journal shipper reads from the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.kit.settings import Settings


class ShipperSettings(Settings):
    """Settings of the program."""

    model_config = SettingsConfigDict(env_prefix="VENEER_SHIPPER_")

    journals: Path = Field(description="folder with one folder of journals for each host")
    cluster: str = Field(description="name of the cluster that the hosts belong to")
    hosts: str = Field(default="", description="hosts to ship, comma separated; all if empty")
    telephony_address: str = Field(description="host:port of telephony")
    settle_seconds: float = Field(
        default=10.0, ge=0.1, description="how long a cut last line may still grow"
    )
    certificates: Path = Field(
        validation_alias="VENEER_CERTIFICATES",
        description="folder with ca.pem, <identity>.pem and <identity>.key",
    )
    log_level: str = Field(default="INFO", validation_alias="VENEER_LOG_LEVEL")

    def chosen_hosts(self) -> frozenset[str]:
        """The hosts that are named; empty for all."""
        return frozenset(filter(None, (host.strip() for host in self.hosts.split(","))))
