"""python -m dev.image_check: does what deploy/Dockerfile says in a folder, and starts what it made.

For machines without an engine. Stages are folders, the base image is this machine's Python, and
the programs run with the image's variables and no others, as its user where that can be.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from dev import dockerfile
from dev.dockerfile import Instruction, Stage
from dev.paths import ROOT, RUN
from dev.say import give_up, say

PROGRAMS = ("tenancy", "telephony", "usage", "billing", "gateway", "shipper")
_STEP_SECONDS = 900
_START_SECONDS = 60


def main() -> None:
    """Builds, starts every program without settings, and removes what was built."""
    RUN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="image-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        _base_image(folder)
        stages = dockerfile.read()
        for stage in stages:
            say(f"image: stage {stage.name}")
            _do(stage, folder)
        for program in PROGRAMS:
            _start(stages[-1], folder, program)
    say("image: every program starts and says which settings it lacks")


def _base_image(folder: Path) -> None:
    """The base has one program that matters, which Debian calls python3."""
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(Path(sys.base_prefix) / "bin" / "python3")


def _do(stage: Stage, folder: Path) -> None:
    here = folder / stage.name
    for instruction in stage.instructions:
        if instruction.word == "WORKDIR":
            here = folder / stage.name / instruction.text.lstrip("/")
            here.mkdir(parents=True, exist_ok=True)
        elif instruction.word == "COPY":
            _copy(instruction, folder, here)
        elif instruction.word == "RUN":
            say(f"image:   {instruction.text[:80]}")
            _run(instruction.text, folder, here)


def _copy(instruction: Instruction, folder: Path, here: Path) -> None:
    origin = ROOT
    if instruction.is_from_stage:
        origin = folder / instruction.words[0].removeprefix("--from=")
    target = here / instruction.words[-1]
    ignored = shutil.ignore_patterns("__pycache__", "vendor")
    for source in instruction.sources:
        path = origin / source.lstrip("/")
        if path.is_dir():
            ignore = None if instruction.is_from_stage else ignored
            shutil.copytree(path, target, symlinks=True, ignore=ignore, dirs_exist_ok=True)
        else:
            shutil.copy(path, target)


def _run(command: str, folder: Path, here: Path) -> None:
    finished = subprocess.run(
        ["sh", "-eu", "-c", command],
        cwd=here,
        env={**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_STEP_SECONDS,
        check=False,
    )
    if finished.returncode:
        give_up(f"The step failed: {command}\n{finished.stdout[-2000:]}{finished.stderr[-2000:]}")


def _start(stage: Stage, folder: Path, program: str) -> None:
    """Without settings a program ends with 2 and names them: then all that it imports is there."""
    (workdir,) = stage.of("WORKDIR")
    here = folder / stage.name / workdir.text.lstrip("/")
    outside = f"{folder}/bin:/usr/bin:/bin"
    variables = {
        name: value.replace(workdir.text, str(here)).replace("${PATH}", outside)
        for name, value in stage.variables.items()
    }
    finished = subprocess.run(
        [*_as_user(stage), "python", "-m", f"services.{program}", "serve"],
        cwd=here,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_START_SECONDS,
        check=False,
    )
    if finished.returncode != 2 or "VENEER_CERTIFICATES is not set" not in finished.stderr:
        give_up(f"{program} does not start:\n{finished.stdout[-2000:]}{finished.stderr[-2000:]}")


def _as_user(stage: Stage) -> list[str]:
    """The image's user, unless this machine's Python lies where it may not go."""
    python = Path(sys.base_prefix).resolve()
    is_open = all(folder.stat().st_mode & stat.S_IXOTH for folder in (python, *python.parents))
    if os.geteuid() != 0 or not is_open:
        return []
    (user,) = stage.of("USER")
    uid, gid = user.text.split(":")
    return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--"]


if __name__ == "__main__":
    main()
