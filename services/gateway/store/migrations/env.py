from __future__ import annotations

from services.gateway.store.tables import metadata
from services.kit.db.migrations import run_env

run_env("gateway", metadata)
