"""Pictures that people send: decoded whole, and drawn anew as what is kept of them."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

PICTURE_BYTES_MAX: Final = 1024 * 1024
# Read from the head of a file, before anything is decoded.
_PIXELS_MAX: Final = 8_000_000
_FORMATS: Final = ("PNG", "JPEG", "WEBP")
# Twice what pages and letters show; even noise of this size is less than a logo may be.
LOGO_SIZE: Final = (400, 160)
FAVICON_SIZE: Final = (64, 64)


class PictureRefusedError(ValueError):
    """What was sent can't be kept as a picture; says why, to whoever sent it."""


def logo_of(body: bytes) -> bytes:
    """Gives a PNG, JPEG or WebP picture as a PNG of at most LOGO_SIZE, of its pixels alone.

    Raises PictureRefusedError for anything else, and for what is too large to decode.
    """
    drawn = _decoded(body)
    drawn.thumbnail(LOGO_SIZE, Image.Resampling.LANCZOS)
    return _png(drawn)


def favicon_of(body: bytes) -> bytes:
    """Gives a picture, as logo_of does, in the middle of a PNG of FAVICON_SIZE."""
    return _png(ImageOps.pad(_decoded(body), FAVICON_SIZE, Image.Resampling.LANCZOS, (0, 0, 0, 0)))


def _decoded(body: bytes) -> Image.Image:
    if len(body) > PICTURE_BYTES_MAX:
        raise PictureRefusedError("Must have at most 1 MiB.")
    try:
        with Image.open(BytesIO(body), formats=_FORMATS) as opened:
            if opened.width * opened.height > _PIXELS_MAX:
                raise PictureRefusedError("Must have at most 8 million pixels.")
            # By its orientation, which is lost with all else that is said beside the pixels.
            return ImageOps.exif_transpose(opened).convert("RGBA")
    except PictureRefusedError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefusedError("Must have at most 8 million pixels.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise PictureRefusedError("Is not a PNG, JPEG or WebP picture that can be read.") from error


def _png(drawn: Image.Image) -> bytes:
    bare = Image.frombytes("RGBA", drawn.size, drawn.tobytes())
    kept = BytesIO()
    bare.save(kept, "PNG", optimize=True)
    return kept.getvalue()
