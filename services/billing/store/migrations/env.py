from __future__ import annotations

from services.billing.store.tables import metadata
from services.kit.db.migrations import run_env

run_env("billing", metadata)
