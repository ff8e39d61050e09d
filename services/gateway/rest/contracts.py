"""The RPCs that have a REST route, read from the descriptors of the contracts."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from google.api import annotations_pb2, http_pb2
from google.api.httpbody_pb2 import HttpBody
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Message

from services.gateway.rest.paths import Template
from veneer.access.v1 import access_pb2

# Beside the generated packages lies the set of all descriptors, with the comments in it.
DESCRIPTORS = Path(access_pb2.__file__).parents[3] / "descriptors.binpb"

CLIENT_AUDIENCES = frozenset({access_pb2.PUBLIC, access_pb2.CLIENT})
_FILE = HttpBody.DESCRIPTOR.full_name
OPERATOR_AUDIENCES = CLIENT_AUDIENCES | {access_pb2.OPERATOR}


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP route of one RPC. `body` is '', '*' or the name of the field that the body is."""

    method: MethodDescriptor
    http_method: str
    path: str
    template: Template
    body: str
    audience: int
    permission: str

    @property
    def rpc_path(self) -> str:
        """What the RPC is called on the wire between the services."""
        service = self.method.containing_service
        return f"/{service.full_name}/{self.method.name}"

    @property
    def peer(self) -> str:
        """The service that has the RPC: the second part of its package."""
        return self.method.containing_service.file.package.split(".")[1]

    @property
    def takes_stream(self) -> bool:
        """Whether the body is a file, passed on piece by piece."""
        return bool(self.method.client_streaming)

    @property
    def sends_stream(self) -> bool:
        """Whether the answer is a file, passed on piece by piece."""
        return bool(self.method.server_streaming)

    @property
    def request_class(self) -> type[Message]:
        """The class of its request."""
        return message_factory.GetMessageClass(self.method.input_type)

    @property
    def response_class(self) -> type[Message]:
        """The class of its answer."""
        return message_factory.GetMessageClass(self.method.output_type)


@dataclass(frozen=True, slots=True)
class Contracts:
    """All REST routes in the order of the contracts, and the files with their comments."""

    routes: tuple[Route, ...]
    files: tuple[FileDescriptorProto, ...]

    def for_audiences(self, audiences: frozenset[int]) -> Contracts:
        """Leaves out the routes of everybody else."""
        kept = tuple(route for route in self.routes if route.audience in audiences)
        return Contracts(kept, self.files)


def load_contracts(path: Path = DESCRIPTORS) -> Contracts:
    """Reads the descriptor set; raises ValueError on an annotation that is not supported."""
    files = FileDescriptorSet.FromString(path.read_bytes()).file
    routes = [route for file in files if file.service for route in _routes_of(file)]
    return Contracts(tuple(routes), tuple(files))


def _routes_of(file: FileDescriptorProto) -> Iterator[Route]:
    # Importing puts the messages into the default pool, under the classes that all others use.
    importlib.import_module(f"{file.name.removesuffix('.proto').replace('/', '.')}_pb2")
    known = descriptor_pool.Default().FindFileByName(file.name)
    for service in known.services_by_name.values():
        for method in service.methods:
            options = method.GetOptions()
            if options.HasExtension(annotations_pb2.http):
                rule = options.Extensions[annotations_pb2.http]
                yield from (_route(method, each) for each in _with_additional(rule))


def _with_additional(rule: http_pb2.HttpRule) -> Iterable[http_pb2.HttpRule]:
    return [rule, *rule.additional_bindings]


def _route(method: MethodDescriptor, rule: http_pb2.HttpRule) -> Route:
    _check_streams(method, rule.body)
    verb = rule.WhichOneof("pattern")
    if verb not in ("get", "put", "post", "delete", "patch"):
        raise ValueError(f"{method.full_name} has an HTTP pattern that is not supported.")
    path = getattr(rule, verb)
    access = method.GetOptions().Extensions[access_pb2.rule]
    return Route(
        method=method,
        http_method=verb.upper(),
        path=path,
        template=Template.parse(path),
        body=rule.body,
        audience=access.audience,
        permission=access.permission,
    )


def _check_streams(method: MethodDescriptor, body: str) -> None:
    """What streams by REST is a file, in or out; nothing else has a form there."""
    if method.server_streaming and (
        method.client_streaming or method.output_type.full_name != _FILE
    ):
        raise ValueError(f"{method.full_name} streams what is no file.")
    if method.client_streaming:
        field = method.input_type.fields_by_name.get(body)
        if field is None or field.message_type is None or field.message_type.full_name != _FILE:
            raise ValueError(f"{method.full_name} takes a stream whose body is no file.")
