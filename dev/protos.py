"""Compiles the contracts into gen/: messages, stubs, their types, and one descriptor set."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from dev.paths import GENERATED, PROTOS, ROOT

DESCRIPTORS = "descriptors.binpb"


def compile_protos(force: bool = False) -> bool:
    """Compiles every .proto when one is newer than what was generated; tells whether it did."""
    sources = sorted(PROTOS.rglob("*.proto"))
    if not sources:
        raise SystemExit(f"no .proto file under {PROTOS}")
    if not force and _is_current(sources):
        return False
    fresh = GENERATED.with_name(f"{GENERATED.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    _generate(fresh)
    (fresh / ".sources").write_text(_listing(sources))
    _replace(fresh)
    return True


def _is_current(sources: list[Path]) -> bool:
    """A removed or renamed file counts as a change too, so the list is kept beside the output."""
    descriptors, listing = GENERATED / DESCRIPTORS, GENERATED / ".sources"
    if not descriptors.exists() or not listing.exists():
        return False
    if listing.read_text() != _listing(sources):
        return False
    newest = max(path.stat().st_mtime for path in [*sources, Path(__file__)])
    return descriptors.stat().st_mtime >= newest


def _listing(sources: list[Path]) -> str:
    return "".join(f"{path.relative_to(PROTOS)}\n" for path in sources)


def describe(protos: Path, output: Path) -> Path:
    """Writes the descriptor set of the contracts under `protos`, with comments and imports."""
    _protoc(protos, *_descriptor_options(output))
    return output


def _generate(output: Path) -> None:
    plugins = Path(sysconfig.get_path("scripts"))
    _protoc(
        PROTOS,
        f"--plugin=protoc-gen-mypy={plugins / 'protoc-gen-mypy'}",
        f"--plugin=protoc-gen-mypy_grpc={plugins / 'protoc-gen-mypy_grpc'}",
        f"--python_out={output}",
        f"--grpc_python_out={output}",
        f"--mypy_out=quiet:{output}",
        f"--mypy_grpc_out=quiet:{output}",
        *_descriptor_options(output / DESCRIPTORS),
    )


def _descriptor_options(output: Path) -> tuple[str, ...]:
    return (f"--descriptor_set_out={output}", "--include_imports", "--include_source_info")


def _protoc(protos: Path, *options: str) -> None:
    """google/api and its like come from the packages that carry their Python side too."""
    paths = [f"--proto_path={protos}", f"--proto_path={sysconfig.get_path('purelib')}"]
    sources = [str(path.relative_to(protos)) for path in sorted(protos.rglob("*.proto"))]
    command = [sys.executable, "-m", "grpc_tools.protoc", *paths, *options, *sources]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise SystemExit(f"protoc failed:\n{finished.stderr}")


def _replace(fresh: Path) -> None:
    """Swaps the folders by renames: nobody who imports meanwhile sees a half-written one."""
    old = GENERATED.with_name(f"{GENERATED.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if GENERATED.exists():
        GENERATED.rename(old)
    fresh.rename(GENERATED)
    shutil.rmtree(old, ignore_errors=True)


def add_to_python_path() -> None:
    """Lets every program of this virtual environment import `veneer.<package>.v1`."""
    pth = Path(sysconfig.get_path("purelib")) / "generated-protos.pth"
    line = f"{GENERATED}\n"
    if not pth.exists() or pth.read_text() != line:
        pth.write_text(line)


def main() -> None:
    """Runs at `make protos`."""
    started = time.monotonic()
    add_to_python_path()
    if compile_protos(force="--force" in sys.argv[1:]):
        print(f"protos: compiled in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
