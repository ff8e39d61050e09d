"""What is kept of a picture that somebody sends as a logo."""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from services.tenancy.domain.brand import LOGO_BYTES_MAX
from services.tenancy.domain.picture import LOGO_SIZE, PictureRefusedError, logo_of


def _picture(kind: str, size: tuple[int, int] = (900, 300), **more: object) -> bytes:
    body = BytesIO()
    Image.new("RGB", size, "#d97706").save(body, kind, **more)
    return body.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_png_that_fits(kind: str) -> None:
    """Its colour and its shape stay."""
    with Image.open(BytesIO(logo_of(_picture(kind)))) as kept:
        assert (kept.format, kept.size) == ("PNG", (400, 133))
        shades = zip(kept.convert("RGB").getpixel((200, 60)), (217, 119, 6), strict=True)  # type: ignore[arg-type]
        assert all(abs(one - other) < 8 for one, other in shades)


def test_nothing_is_kept_beside_the_pixels() -> None:
    """Neither words, nor what follows the picture; it is turned as it asked to be."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "<script>taken by somebody</script>")
    turned = Image.Exif()
    turned[0x0112] = 6
    sent = _picture("PNG", (60, 20), pnginfo=words, exif=turned) + b"<script>and more</script>"

    kept = logo_of(sent)

    assert b"script" not in kept
    with Image.open(BytesIO(kept)) as read:
        assert read.size == (20, 60)
        assert read.info == {}


def test_the_busiest_picture_is_no_larger_than_a_logo_may_be() -> None:
    noise = Image.effect_noise(LOGO_SIZE, 100)
    body = BytesIO()
    Image.merge("RGBA", [noise.rotate(turn) for turn in (0, 90, 180, 270)]).save(body, "PNG")

    assert len(logo_of(body.getvalue())) <= LOGO_BYTES_MAX


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"no picture", "can be read"),
        (b"\x89PNG\r\n\x1a\n", "can be read"),
        (_picture("PNG")[:200], "can be read"),
        (_picture("JPEG")[:-400], "can be read"),
        (_picture("GIF"), "can be read"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "can be read"),
        (_picture("PNG", (4000, 2001)), "8 million pixels"),
        (_picture("PNG", (1, 1)) + bytes(1024 * 1024), "at most 1 MiB"),
    ],
    ids=["words", "head", "cut", "cut photo", "gif", "svg", "pixels", "bytes"],
)
def test_what_is_no_such_picture_is_refused(sent: bytes, told: str) -> None:
    with pytest.raises(PictureRefusedError, match=told):
        logo_of(sent)


def test_a_bomb_is_refused_by_its_head() -> None:
    """A head that promises more than memory holds, and nothing behind it."""
    sent = bytearray(_picture("PNG", (1, 1)))
    sent[16:24] = (60_000).to_bytes(4, "big") * 2
    sent[29:33] = zlib.crc32(sent[12:29]).to_bytes(4, "big")
    with pytest.raises(PictureRefusedError, match="8 million pixels"):
        logo_of(bytes(sent))
