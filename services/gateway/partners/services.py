"""Channels and stubs of the four services, and of the gateway's own."""

from __future__ import annotations

from collections.abc import Mapping

import grpc

from services.gateway.partners import (
    stubs_of_billing,
    stubs_of_gateway,
    stubs_of_telephony,
    stubs_of_tenancy,
    stubs_of_usage,
)

NAMES = ("tenancy", "telephony", "usage", "billing")

_STUBS = {
    "tenancy": stubs_of_tenancy.STUBS,
    "telephony": stubs_of_telephony.STUBS,
    "usage": stubs_of_usage.STUBS,
    "billing": stubs_of_billing.STUBS,
    "gateway": stubs_of_gateway.STUBS,
}


class Services(
    stubs_of_tenancy.TenancyServices,
    stubs_of_telephony.TelephonyServices,
    stubs_of_usage.UsageServices,
    stubs_of_billing.BillingServices,
    stubs_of_gateway.GatewayServices,
):
    """The stubs that the pages call; one channel a service, for the life of the process."""

    def __init__(self, channels: Mapping[str, grpc.aio.Channel]) -> None:
        self.channels = channels
        for service, stubs in _STUBS.items():
            for attribute, stub in stubs.items():
                setattr(self, attribute, stub(channels[service]))

    async def close(self) -> None:
        """Ends the connections."""
        for channel in self.channels.values():
            await channel.close()
