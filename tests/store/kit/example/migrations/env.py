from __future__ import annotations

from services.kit.db.migrations import run_env
from tests.store.kit.example.tables import metadata

run_env("example", metadata)
