"""The text of a PDF, which stands compressed in its bytes."""

from __future__ import annotations

import io

from pypdf import PdfReader
from pypdf.errors import PyPdfError

MEDIA_TYPE = b"application/pdf"


class PdfUnreadable(Exception):
    """What is said to be a PDF cannot be read, so nobody knows what it says."""


def text_of(pdf: bytes) -> bytes:
    """Gives what its pages and its properties say; raises PdfUnreadable."""
    try:
        reader = PdfReader(io.BytesIO(pdf))
        told = [page.extract_text() for page in reader.pages]
        told += [str(value) for value in (reader.metadata or {}).values()]
    except (PyPdfError, ValueError, KeyError, RecursionError) as error:
        raise PdfUnreadable from error
    return "\n".join(told).encode("utf-8", "replace")
