"""What the tests of this folder share."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev.certificates import ensure_certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates of a mesh and an edge."""
    folder = tmp_path_factory.mktemp("certificates")
    ensure_certificates(folder)
    return folder
