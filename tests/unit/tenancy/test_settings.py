"""What tenancy's commands read from the environment."""

from __future__ import annotations

from services.kit.settings import variable
from services.tenancy.settings import RescueSettings, TenancySettings


def test_who_is_rescued_needs_no_more_than_the_server_has() -> None:
    """The command is run in one of its pods."""
    of_server = {variable(TenancySettings, name) for name in TenancySettings.model_fields}

    assert {variable(RescueSettings, name) for name in RescueSettings.model_fields} <= of_server
