"""Brings the files that browsers get as they are from the npm registry: into the gateway what
pages are made with, into .run what only the tests judge them by."""

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
AXE = RUN / "axe" / "axe.min.js"
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "uplot/dist/uPlot.iife.min.js": "uPlot.iife.min.js",
    "uplot/dist/uPlot.min.css": "uPlot.min.css",
}


def ensure_assets() -> None:
    """Fetches what package-lock.json says, by hash, once per lock."""
    _ensure(VENDOR, FILES, "the pages' scripts and styles", "--omit=dev")


def ensure_test_assets() -> None:
    """Fetches what pages are judged by; no image and no page ever has it."""
    _ensure(AXE.parent, {"axe-core/axe.min.js": AXE.name}, "what pages are judged by")


def _ensure(into: Path, files: dict[str, str], what: str, *options: str) -> None:
    lock = (ROOT / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock + repr(files).encode()).hexdigest()
    stamp = into / ".lock"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"setup: fetching {what} with npm")
    folder = RUN / "npm"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    _npm_ci(folder, *options)
    into.mkdir(parents=True, exist_ok=True)
    for source, name in files.items():
        shutil.copy(folder / "node_modules" / source, into / name)
    stamp.write_text(wanted)
    shutil.rmtree(folder)


def _npm_ci(folder: Path, *options: str) -> None:
    npm = tools.npm()
    path = f"{Path(npm).parent}:{os.environ.get('PATH', '')}"
    finished = subprocess.run(
        [npm, "ci", *options, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        give_up(
            f"{npm} could not fetch what package-lock.json names:\n{finished.stderr}\n"
            f"Another npm can be named with {tools.NPM_VARIABLE}."
        )
