"""A body in pieces is searched as if it were whole, and arrives whole."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.guard.scan import Scan, hits_in
from services.kit.secret_words import SecretWords

WORDS = SecretWords(["Portunus", "sip.acme.example", "Öl & Söhne"])
TEXTS = st.lists(
    st.sampled_from(["a", " ", "portunus", "PORT", "unus", "s", "Öl &amp; Söhne", "é"])
)


def _scanned(pieces: list[bytes]) -> tuple[bytes, list[str]]:
    scan, passed, found = Scan(WORDS), b"", []
    for number, piece in enumerate(pieces):
        out, hits = scan.feed(piece, number + 1 < len(pieces))
        passed += out
        found += [hit.word for hit in hits]
    return passed, found


@given(TEXTS, st.lists(st.integers(0, 60), max_size=5))
def test_pieces_find_what_the_whole_does(texts: list[str], cuts: list[int]) -> None:
    """Wherever it is cut, in the middle of a word or of a character."""
    whole = "".join(texts).encode()
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    pieces = [whole[a:b] for a, b in pairwise(places)]

    passed, found = _scanned(pieces)

    assert passed == whole
    assert set(found) == {hit.word for hit in hits_in(WORDS, whole)}


def test_no_byte_of_a_word_leaves_before_it_is_found() -> None:
    """What is let go of ends before the word."""
    scan = Scan(WORDS)
    first, none = scan.feed(b"x" * 100 + b" Portu", True)
    _, hits = scan.feed(b"nus ", False)

    assert none == []
    assert b"P" not in first
    assert [hit.word for hit in hits] == ["Portunus"]
    assert "Portunus" in hits[0].excerpt
