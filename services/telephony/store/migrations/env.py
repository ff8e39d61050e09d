from __future__ import annotations

from services.kit.db.migrations import run_env
from services.telephony.store.tables import metadata

run_env("telephony", metadata)
