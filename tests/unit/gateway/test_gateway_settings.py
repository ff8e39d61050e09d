"""The gateway's two doors: one program for both, or one for each."""

from __future__ import annotations

import pytest

from services.gateway.settings import GatewaySettings
from services.kit.settings import load

_OTHERS = {
    "VENEER_GATEWAY_DATABASE_URL": "postgresql://gateway@localhost/gateway",
    "VENEER_GATEWAY_TENANCY_ADDRESS": "tenancy:50051",
    "VENEER_GATEWAY_TELEPHONY_ADDRESS": "telephony:50051",
    "VENEER_GATEWAY_USAGE_ADDRESS": "usage:50051",
    "VENEER_GATEWAY_BILLING_ADDRESS": "billing:50051",
    "VENEER_CERTIFICATES": "/certificates",
    "VENEER_PRINCIPAL_PUBLIC_KEY": "/principal/public.jwk",
}


@pytest.fixture(autouse=True)
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything but who it listens for."""
    for name, value in _OTHERS.items():
        monkeypatch.setenv(name, value)


def test_one_door_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a cluster each door is a workload of its own."""
    monkeypatch.setenv("VENEER_GATEWAY_OPERATOR_LISTEN", "0.0.0.0:8444")

    assert load(GatewaySettings).client_listen == ""


def test_a_gateway_for_nobody_does_not_start(capsys: pytest.CaptureFixture[str]) -> None:
    """It would look well and answer nobody."""
    with pytest.raises(SystemExit):
        load(GatewaySettings)

    assert "VENEER_GATEWAY_CLIENT_LISTEN" in capsys.readouterr().err
