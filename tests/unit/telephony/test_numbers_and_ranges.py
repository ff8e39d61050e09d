"""The fast ways are the slow ones: phone numbers, and ranges of bytes."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.telephony.domain.byte_range import Part, RangeNotSatisfiable, part_of
from services.telephony.domain.leads.phone import parse_phone

AREAS = ("212", "312", "415", "416", "809", "787", "876", "800", "900", "500", "521", "555", "911")


def by_the_library(text: str, region: str) -> str | None:
    """What the library makes of a text; None if that is no number of anybody's."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_digits = st.one_of(
    st.text("0123456789", min_size=7, max_size=12),
    st.builds(str.__add__, st.sampled_from(AREAS), st.text("0123456789", min_size=7, max_size=7)),
)


@st.composite
def written(draw: st.DrawFn) -> str:
    """A number as people of North America write it."""
    digits = draw(_digits)
    if len(digits) == 10 and draw(st.booleans()):
        digits = draw(st.sampled_from(("({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "{} {} {}"))).format(
            digits[:3], digits[3:6], digits[6:]
        )
    return draw(st.sampled_from(("", "1", "+1", "+1 ", "1-"))) + digits


@settings(deadline=None, max_examples=600)
@given(written(), st.sampled_from(("US", "CA", "PR", "JM")))
@example("3125550100", "US")
@example("13125550100", "US")
@example("+13125550100", "CA")
@example("1112345678", "US")
@example("11234567890", "US")
def test_a_number_is_what_the_library_says(text: str, region: str) -> None:
    """The short way for North America refuses and takes the same numbers."""
    found = parse_phone(text, region)

    assert (found.e164 if found else None) == by_the_library(text, region)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=45), st.sampled_from(("US", "GB", "DE", "AU")))
def test_any_text_is_a_number_or_none(text: str, region: str) -> None:
    """Nothing is raised, and what is found is found again by itself."""
    found = parse_phone(text, region)

    if found is not None:
        assert parse_phone(found.e164, region) == found


_place = st.integers(0, 300)


@settings(deadline=None)
@given(st.binary(max_size=200), _place, _place)
def test_a_range_gives_the_bytes_it_names(data: bytes, first: int, last: int) -> None:
    """As slicing does; one that ends before it begins is none, one outside is refused."""
    asked = f"bytes={first}-{last}"
    if first > last:
        assert part_of(asked, len(data)) == Part(0, len(data), False)
    elif first >= len(data):
        with pytest.raises(RangeNotSatisfiable):
            part_of(asked, len(data))
    else:
        part = part_of(asked, len(data))
        assert data[part.offset : part.last + 1] == data[first : last + 1]
        assert (part.length, part.is_part) == (part.last + 1 - part.offset, True)


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=200), _place)
def test_an_open_range_goes_to_an_end(data: bytes, count: int) -> None:
    """From a byte on, or the last so many."""
    if count < len(data):
        part = part_of(f"bytes={count}-", len(data))
        assert data[part.offset : part.last + 1] == data[count:]
    if count:
        part = part_of(f"bytes=-{count}", len(data))
        assert data[part.offset : part.last + 1] == data[-count:]
    else:
        with pytest.raises(RangeNotSatisfiable):
            part_of("bytes=-0", len(data))


@settings(deadline=None)
@given(st.text(max_size=30), st.integers(0, 1000))
@example("bytes=0-1,3-4", 100)
@example("bytes=-", 100)
@example("octets=0-1", 100)
@example("bytes=\u0661-\u0662", 100)
def test_what_is_no_range_is_all_of_it_or_within(asked: str, size: int) -> None:
    """No text makes a part that reaches beyond the file."""
    try:
        part = part_of(asked, size)
    except RangeNotSatisfiable:
        return

    assert 0 <= part.offset <= part.offset + part.length <= size
    if "," in asked or not asked.strip().startswith("bytes="):
        assert part == Part(0, size, False)
