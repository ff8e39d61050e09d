"""HTTP requests to request messages, and answers to HTTP answers, by the contracts' annotations."""

from __future__ import annotations

from dataclasses import dataclass

from google.api import resource_pb2
from google.api.httpbody_pb2 import HttpBody
from google.protobuf.message import Message

from services.gateway.rest.contracts import Contracts, Route
from services.gateway.rest.errors import MethodNotAllowed, RouteNotFound
from services.gateway.rest.json_reader import check_readable, parse_json, read_message
from services.gateway.rest.json_writer import to_json, writer_of
from services.gateway.rest.parameters import bind_path, bind_query
from services.gateway.rest.paths import RouteTable

JSON = "application/json"
_EXTENSIONS = {"application/pdf": "pdf", "text/csv": "csv", "application/zip": "zip"}
_EXTENSIONS |= {"application/jsonl": "jsonl"}
_EXTENSIONS |= {"audio/wav": "wav", "audio/mpeg": "mp3", "audio/ogg": "ogg", JSON: "json"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer to a call that succeeded. `file_name` is set if it is a file to keep."""

    body: bytes
    media_type: str = JSON
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route with all that is known of it beforehand."""

    route: Route
    request_class: type[Message]
    bound: frozenset[str]
    takes_file: bool
    answers_file: bool

    @classmethod
    def of(cls, route: Route) -> Endpoint:
        """Prepares a route; raises ValueError if its messages have no JSON form here."""
        takes_file = _takes_file(route)
        if not takes_file:
            _check_request(route)
        answers_file = route.method.output_type.full_name == HttpBody.DESCRIPTOR.full_name
        if not answers_file:
            writer_of(route.method.output_type)
        in_path = {variable.field_path.split(".")[0] for variable in route.template.variables}
        bound = frozenset(in_path | ({route.body} if route.body else set()))
        return cls(route, route.request_class, bound, takes_file, answers_file)

    def read(self, segments: list[str], query: bytes, body: bytes) -> Message:
        """Makes the request message; refuses with INVALID_REQUEST."""
        message = self.request_class()
        if self.route.body and body and not self.route.takes_stream:
            self._read_body(message, body)
        bind_query(message, query, self.bound)
        # Last, so that the path always has the last word on what it names.
        bind_path(message, self.route.template.variables, segments)
        return message

    def _read_body(self, message: Message, body: bytes) -> None:
        if self.takes_file:
            getattr(message, self.route.body).data = body
            return
        value = parse_json(body)
        if self.route.body == "*":
            read_message(value, message)
        else:
            read_message({self.route.body: value}, message)

    def write(self, request: Message, response: Message) -> Answer:
        """Makes the HTTP answer."""
        if isinstance(response, HttpBody):
            name = file_name(request, response.content_type)
            return Answer(response.data, response.content_type, name)
        return Answer(to_json(response))


class Transcoder:
    """Finds the endpoint of an HTTP request among the routes of one listener."""

    def __init__(self, contracts: Contracts) -> None:
        self._table: RouteTable[Endpoint] = RouteTable()
        for route in contracts.routes:
            self._table.add(route.http_method, route.template, Endpoint.of(route))

    def find(self, http_method: str, path: str) -> tuple[Endpoint, list[str]]:
        """Gives the endpoint and the path's segments; refuses with ROUTE_NOT_FOUND or
        METHOD_NOT_ALLOWED. `path` is as it came, percent-encoded."""
        endpoints, segments = self._table.find(path)
        endpoint = endpoints.get(http_method)
        if endpoint is not None:
            return endpoint, segments
        if endpoints:
            raise MethodNotAllowed(tuple(sorted(endpoints)))
        raise RouteNotFound("There is nothing at this path.")


def _takes_file(route: Route) -> bool:
    """Tells whether the body goes as it came into a field of the request."""
    field = route.method.input_type.fields_by_name.get(route.body)
    body = field.message_type if field is not None else None
    return body is not None and body.full_name == HttpBody.DESCRIPTOR.full_name


def _check_request(route: Route) -> None:
    """A body that is a file is passed on as it is; all else must be readable."""
    if not route.takes_stream:
        check_readable(route.method.input_type)
        return
    for field in route.method.input_type.fields:
        if field.name != route.body and field.message_type is not None:
            check_readable(field.message_type)


def file_name(request: Message, media_type: str) -> str:
    """Names a file after the resource that was asked for: invoice-2026-10.pdf."""
    field = request.DESCRIPTOR.fields_by_name.get("name")
    resource = getattr(request, "name", "") if field is not None else ""
    kind = ""
    if field is not None:
        reference = field.GetOptions().Extensions[resource_pb2.resource_reference]
        kind = reference.type.rpartition("/")[2].lower()
    stem = "-".join(part for part in (kind, resource.rpartition("/")[2]) if part) or "file"
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in stem)
    return f"{safe}.{_EXTENSIONS.get(media_type, 'bin')}"
