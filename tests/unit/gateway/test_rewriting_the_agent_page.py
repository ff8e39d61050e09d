"""Stand-ins, names and comments of the dialer's agent page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.agent_page.names import with_names, without_names
from services.gateway.agent_page.rewriting import Around, rewritten
from services.gateway.agent_page.sealing import KEY_BYTES, Kind, Part, Seal, StandInForged

SEAL = Seal(bytes(range(KEY_BYTES)))
AROUND = Around(SEAL, "Secret7ofMaria", "Secret9ofThePhone", "ABC Solar's <Dialer>")
NAMES = ("vicidial", "VICIDIAL", "VICIDiaL", "Asterisk", "astguiclient", "vicibox", "ViciHost")
_PIECES = st.sampled_from(
    (*NAMES, "<!--", "-->", "<script>", "</script>", "\n", "//", "/*", "*/", " ", "_", ".", "'",
     "var pass = '", "SIP/acme-01", "10.20.0.11", "Secret7ofMaria", "agc_", "/agc/", "x", "=",
     "http://www.vicidial.org/a.php", "VERSION: 2.14 BUILD: 1", "vdc_db_query.php", "\x00"),
)  # fmt: skip


@given(st.sampled_from(Kind), st.text(max_size=40))
def test_a_stand_in_opens_to_what_it_stands_for(kind: Kind, value: str) -> None:
    """Also with digits around it, as scripts put them there."""
    parts = list(SEAL.parts(f"81{SEAL.close(kind, value)}2125550142"))

    assert parts == [Part(None, "81"), Part(kind, value), Part(None, "2125550142")]


def test_a_stand_in_of_another_kind_or_session_does_not_open() -> None:
    """Nor one that somebody changed."""
    made = SEAL.close(Kind.CHANNEL, "SIP/acme-01")
    other_kind = made.replace("x9h1", "x9r1", 1)
    changed = made[:8] + ("a" if made[8] != "a" else "b") + made[9:]

    for forged in (other_kind, changed, Seal(bytes(KEY_BYTES)).close(Kind.CHANNEL, "SIP/a")):
        with pytest.raises(StandInForged):
            list(SEAL.parts(forged))


@given(st.lists(_PIECES, max_size=30).map("".join), st.booleans())
def test_no_name_secret_or_address_is_left_whatever_is_put_together(
    text: str, is_page: bool
) -> None:
    """In pages and in answers."""
    left = rewritten(text, AROUND, is_page)

    assert not re.search(r"vici|asterisk|astgui|agc_|vdc_|10\.20\.0\.11|SIP/", left, re.IGNORECASE)
    assert "Secret7ofMaria" not in left


@given(st.sampled_from(NAMES), st.sampled_from(("_form", "L_x", "1")))
def test_a_scripts_own_name_finds_back(name: str, rest: str) -> None:
    """In the very way of writing."""
    disguised = without_names(name + rest, "Brand")

    assert name not in disguised
    assert with_names(disguised) == name + rest


def test_a_script_that_an_old_habit_hides_in_a_comment_still_runs() -> None:
    """Its comments go, its lines stay."""
    page = "<!-- a --><script><!--\n// b\nvar x = 'http://c';\n// -->\n</script><b>d</b><!-- e -->"

    left = rewritten(page, AROUND, True)
    assert left.startswith("<script>var x = 'http://c';\n</script><b>d</b>")


def test_the_brand_cannot_break_what_it_lands_in() -> None:
    """Texts of scripts and attributes."""
    assert rewritten("say('Welcome to VICIDIAL')", AROUND, False) == (
        "say('Welcome to ABC Solars Dialer')"
    )


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/vicidial/admin.php">Administration</a>',
        "<a class=x href='./timeclock.php?referrer=agent'>Timeclock</a>",
        '<A HREF="http://www.vicidial.org/out?user=1">Web form</A>',
    ],
)
def test_a_link_that_leads_nowhere_is_not_shown(link: str) -> None:
    """Those that do, stay."""
    kept = '<a href="https://crm.example/?lead=1">Web form</a><a href="vicidial.php?x=1">Again</a>'

    left = rewritten(f"<p>{link}{kept}</p>", AROUND, True)

    assert left.startswith(
        '<p><a href="https://crm.example/?lead=1">Web form</a><a href="page?x=1">Again</a></p>'
    )


def test_of_a_footer_with_a_version_and_an_address_nothing_stays() -> None:
    """Not even a stand-in."""
    footer = "<small>VERSION: 2.14-7c &nbsp; BUILD: 2508-13 &nbsp; Server: 10.20.0.11</small>"

    assert rewritten(footer, AROUND, True).startswith("<small></small>")
