"""Secret words are found however they are written, and only as words."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import pytest

from services.kit.secret_words import SecretWords, parse_words

WORDS = SecretWords(["Westline", "Öl & Söhne", "sip.acme.example", 'The "Best" Trunk', "10.0.0.1"])


@pytest.mark.parametrize(
    "text",
    [
        "westline",
        "WESTLINE",
        "by Westline.",
        "westline_sip",
        "westline2",
        "gw1westline",
        '{"name":"a\\nwestline"}',
        "next=%2Fa%20westline%20b",
        "caf\\u00e9 westline",
        "“westline”",
        "<b>westline</b>",
    ],
)
def test_a_word_is_found_in_any_case_beside_anything_but_letters(text: str) -> None:
    """A digit or an escape beside it does not hide it."""
    assert WORDS.words_in(text) == {"Westline"}


@pytest.mark.parametrize(
    "text", ["westliner", "midwestline", "éwestline", "westlineé", "west line"]
)
def test_a_part_of_another_word_is_not(text: str) -> None:
    """Letters of any alphabet go on a word."""
    assert WORDS.words_in(text) == frozenset()


@pytest.mark.parametrize("write", [str, html.escape, quote, quote_plus, json.dumps, str.upper])
@pytest.mark.parametrize("word", WORDS.words)
def test_a_word_is_found_as_it_is_written_elsewhere(word: str, write: type[str]) -> None:
    """In HTML, in a URL, in JSON."""
    assert WORDS.words_in(f"x {write(word)} y") == {word}


def test_an_address_is_not_found_in_a_longer_one() -> None:
    """Digits go on a number."""
    assert WORDS.words_in("10.0.0.12") == frozenset()


def test_words_are_read_one_a_line() -> None:
    """With remarks between them; what is too short would be found everywhere."""
    assert parse_words("# vendors\nWestline\n\n  Acme Telecom \n") == ("Westline", "Acme Telecom")
    with pytest.raises(ValueError, match="at least 3"):
        parse_words("ab")
