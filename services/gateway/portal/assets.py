"""The pages' own files, from memory, under names that change when they do."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.http.headers import public_file

STATIC = Path(__file__).parents[1] / "static"
_YEAR_SECONDS = 31_536_000
_SERVED = {".css", ".js", ".svg", ".png", ".woff2", ".ico"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of ours."""

    body: bytes
    media_type: str
    digest: str


class Assets:
    """All files under a folder, read once, and served by their names without it."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._assets = {
            path.name: _read(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in _SERVED and path.is_file()
        }

    def url(self, name: str) -> str:
        """Gives the address of a file; raises KeyError if there is none."""
        return f"/static/{self._assets[name].digest}/{name}"

    def bodies(self) -> list[bytes]:
        """Gives what all files hold."""
        return [asset.body for asset in self._assets.values()]

    async def serve(self, request: Request) -> Response:
        """Answers a file under its present name, or under an earlier one, then not to keep."""
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404, headers=_plain(0))
        is_present = request.path_params["digest"] == asset.digest
        headers = _plain(_YEAR_SECONDS if is_present else 0)
        return Response(asset.body, media_type=asset.media_type, headers=headers)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        media_type = "text/javascript"
    return Asset(body, media_type, hashlib.sha256(body).hexdigest()[:16])


def _plain(seconds: int) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in public_file(seconds)}
