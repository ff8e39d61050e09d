"""The second half of set-up, which needs the virtual environment; each step does nothing twice."""

from __future__ import annotations

import sys

from dev import tools
from dev.assets import ensure_assets, ensure_test_assets
from dev.certificates import ensure_certificates
from dev.paths import RUN
from dev.prometheus import ensure_prometheus
from dev.protos import add_to_python_path, compile_protos
from dev.say import say

CERTIFICATES = RUN / "certificates"


def main() -> None:
    """Runs in `make setup` after the packages are installed."""
    RUN.mkdir(exist_ok=True)
    add_to_python_path()
    if compile_protos():
        say("setup: compiled the contracts")
    tools.ensure_mariadb()
    ensure_assets()
    if ensure_certificates(CERTIFICATES):
        say("setup: made development certificates")
    if "--tests" in sys.argv[1:]:
        tools.ensure_chromium()
        ensure_test_assets()
        ensure_prometheus()


if __name__ == "__main__":
    main()
