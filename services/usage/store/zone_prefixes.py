"""Reads the operator's own zones."""

from __future__ import annotations

from services.usage.store.connection import Connection


async def read_zone_prefixes(connection: Connection) -> dict[str, str]:
    """Gives the operator's zones by prefix, E.164 digits without plus."""
    rows = await connection.fetch("SELECT prefix, zone FROM zone_prefixes")
    return {row["prefix"]: row["zone"] for row in rows}
