"""Where things lie in the tree."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
GENERATED = ROOT / "gen"
VENV = ROOT / ".venv"
RUN = ROOT / ".run"
"""Everything a running suite writes; ignored by git and safe to delete while nothing runs."""
