"""A form with a file: its texts are read, its file is passed on while it comes."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import grpc
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from services.gateway.auth.callers import CredentialsInvalid
from services.gateway.auth.forgery import FIELD
from services.gateway.http.asgi import Scope
from services.gateway.portal.handling import Endpoint, for_everybody, refuse_forged
from services.gateway.portal.visit import Portal, Visit
from services.gateway.rest.errors import BodyTooLarge, BodyTooSlow, Problem, problem_of
from services.gateway.rest.files import UPLOAD_BYTES_MAX
from services.kit.errors import InvalidRequest, Refusal

# What stands around the file in a form.
_TEXT_BYTES_MAX: Final = 64 * 1024
_TEXTS_MAX: Final = 20
_PATH = re.compile(r"/lists/[^/]+/files\Z|(?:/clients/[^/]+|/company)/brand/(?:logo|favicon)\Z")
# What is told beside the form; who may not, and what fails, has a page of its own.
_TOLD = frozenset({400, 409, 413, 429})
_TRY_AGAIN = "The file could not be read. Please choose it again."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is still coming in, after the texts that stood before it in its form."""

    texts: dict[str, str]
    file_name: str
    pieces: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class UploadPage:
    """What takes a file, and what shows its form again with what was wrong with it."""

    take: Callable[[Visit, Upload], Awaitable[Response]]
    tell: Callable[[Visit, Problem], Awaitable[Response]]


def for_uploads(portal: Portal, page: UploadPage) -> Endpoint:
    """Makes an endpoint that takes a file; a forged form is refused before its file is read."""

    async def taken(visit: Visit) -> Response:
        if visit.visitor is None:
            raise CredentialsInvalid
        stream = visit.request.stream()
        try:
            upload = await _begun(visit.request.headers.get("content-type"), stream)
            refuse_forged(visit, upload.texts.get(FIELD, ""))
            return await page.take(visit, upload)
        except (Refusal, grpc.aio.AioRpcError) as error:
            problem = problem_of(error)
            if problem.http_status not in _TOLD:
                raise
            await _take_off(stream)
            return await page.tell(visit, problem)

    return for_everybody(portal, taken, reads_own_form=True)


def upload_bytes_max(scope: Scope, usual: int) -> int:
    """Gives how long the body of a request to a page may be."""
    is_upload = scope["method"] == "POST" and _PATH.match(scope["path"])
    return UPLOAD_BYTES_MAX + _TEXT_BYTES_MAX if is_upload else usual


async def _begun(content_type: str | None, stream: AsyncGenerator[bytes]) -> Upload:
    """Reads a form up to its file. Refuses with INVALID_REQUEST what has none, or no such form."""
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise InvalidRequest.at("file", _TRY_AGAIN)
    form = _Form(options[b"boundary"])
    while form.file_name is None:
        chunk = await _next(stream)
        if not chunk:
            raise InvalidRequest.at("file", "Please choose a file.")
        form.read(chunk)
    if not form.file_name:
        raise InvalidRequest.at("file", "Please choose a file.")
    return Upload(form.texts, form.file_name, _rest(form, stream))


async def _rest(form: _Form, stream: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    while True:
        while form.pieces:
            yield form.pieces.popleft()
        if form.is_file_whole:
            await _take_off(stream)
            return
        chunk = await _next(stream)
        if not chunk:
            raise InvalidRequest.at("file", _TRY_AGAIN)
        form.read(chunk)


async def _next(stream: AsyncGenerator[bytes]) -> bytes:
    """Gives what came next; nothing at the end, and when whoever sends is gone."""
    try:
        return await anext(stream, b"")
    except ClientDisconnect:
        return b""


async def _take_off(stream: AsyncGenerator[bytes]) -> None:
    """Takes the rest off the wire, so that the answer finds somebody who listens."""
    with suppress(ClientDisconnect, BodyTooLarge, BodyTooSlow):
        async for _ in stream:
            continue


@dataclass(slots=True)
class _Part:
    name: str = ""
    file_name: str | None = None
    header: bytes = b""
    value: bytes = b""
    text: bytearray = field(default_factory=bytearray)


class _Form:
    """What has been read of a form: texts, then the first file's name and pieces."""

    def __init__(self, boundary: bytes) -> None:
        self.texts: dict[str, str] = {}
        self.file_name: str | None = None
        self.pieces: deque[bytes] = deque()
        self.is_file_whole = False
        self._part, self._text_bytes = _Part(), 0
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._end,
            },
        )

    def read(self, chunk: bytes) -> None:
        """Reads on. Refuses with INVALID_REQUEST what is no form, or too long a text."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise InvalidRequest.at("file", _TRY_AGAIN) from error

    def _begin(self) -> None:
        self._part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._part.header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.value += data[start:end]

    def _header_end(self) -> None:
        part = self._part
        if part.header.lower() == b"content-disposition":
            _, options = parse_options_header(part.value)
            part.name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                part.file_name = options[b"filename"].decode("utf-8", "replace")
        part.header = part.value = b""

    def _headers_end(self) -> None:
        if self._part.file_name is not None and self.file_name is None:
            self.file_name = self._part.file_name

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file():
            self.pieces.append(data[start:end])
            return
        self._text_bytes += end - start
        if self._text_bytes > _TEXT_BYTES_MAX or len(self.texts) >= _TEXTS_MAX:
            raise InvalidRequest.at("file", _TRY_AGAIN)
        self._part.text += data[start:end]

    def _end(self) -> None:
        if self._is_file():
            self.is_file_whole = True
        else:
            self.texts[self._part.name] = self._part.text.decode("utf-8", "replace")

    def _is_file(self) -> bool:
        return self._part.file_name is not None and not self.is_file_whole
