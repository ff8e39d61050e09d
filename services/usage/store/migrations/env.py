from __future__ import annotations

from services.kit.db.migrations import run_env
from services.usage.store.tables import metadata

run_env("usage", metadata)
