"""Brings the files that browsers get as they are from the npm registry into the gateway."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from dev import tools
from dev.paths import ROOT, RUN
from dev.say import give_up, say

VENDOR = ROOT / "services" / "gateway" / "static" / "vendor"
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "uplot/dist/uPlot.iife.min.js": "uPlot.iife.min.js",
    "uplot/dist/uPlot.min.css": "uPlot.min.css",
}


def ensure_assets() -> None:
    """Fetches what package-lock.json says, by hash, once per lock."""
    lock = (ROOT / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock + repr(FILES).encode()).hexdigest()
    stamp = VENDOR / ".lock"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("setup: fetching the pages' scripts and styles with npm")
    folder = RUN / "npm"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    _npm_ci(folder)
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        shutil.copy(folder / "node_modules" / source, VENDOR / name)
    stamp.write_text(wanted)
    shutil.rmtree(folder)


def _npm_ci(folder: Path) -> None:
    npm = tools.npm()
    path = f"{Path(npm).parent}:{os.environ.get('PATH', '')}"
    finished = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        give_up(
            f"{npm} could not fetch htmx and uPlot:\n{finished.stderr}\n"
            f"Another npm can be named with {tools.NPM_VARIABLE}."
        )
