"""Compiles the contract in `protos/probe`, whose methods have every shape and rule."""

from __future__ import annotations

import importlib
import sys
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from google.api import http_pb2
from grpc_tools import protoc  # type: ignore[import-untyped]

_ROOT = Path(__file__).resolve().parents[2]
_SOURCES = Path(__file__).with_name("protos")


def _compile() -> tuple[Any, Any]:
    google_types = Path(http_pb2.__file__).parents[2]
    output = tempfile.mkdtemp(prefix="probe-")
    includes = [_SOURCES, _ROOT / "protos", google_types, files("grpc_tools") / "_proto"]
    failed = protoc.main(
        [
            "protoc",
            *(f"-I{folder}" for folder in includes),
            f"--python_out={output}",
            f"--grpc_python_out={output}",
            "probe/v1/probe_service.proto",
        ]
    )
    assert not failed, "the probe's contract does not compile"
    sys.path.append(output)
    return (
        importlib.import_module("probe.v1.probe_service_pb2"),
        importlib.import_module("probe.v1.probe_service_pb2_grpc"),
    )


pb, rpc = _compile()
