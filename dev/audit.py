"""python -m dev.audit: what is in the tree and in the image that should not be.

Secrets in files that git keeps, licences of packages that ask something of whoever passes the
programs on, and known vulnerabilities of what is locked. It ends with 1 when anything was found,
and with 3 when all else is well and the vulnerabilities could not be looked up.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from dev.image_packages import runtime_packages
from dev.paths import ROOT
from dev.vulnerabilities import AdvisoriesNotReached, vulnerabilities

# Each is what somebody's real secret looks like, not what is merely called one.
_SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}"),
    "a private JWK": re.compile(r'"d"\s*:\s*"[A-Za-z0-9_-]{40,}"'),
    "a cloud's access key": re.compile(r"\bA(?:KIA|SIA)[0-9A-Z]{16}\b"),
    "a card processor's key": re.compile(r"\b[sr]k_live_[0-9A-Za-z]{16,}"),
    "a code host's token": re.compile(r"\bgh[pousr]_[0-9A-Za-z]{36}\b"),
    "a chat's token": re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{20,}"),
}
_COPYLEFT = re.compile(r"\bA?GPL|\bLGPL|\bMPL|Mozilla Public|\bEPL|\bCDDL|\bEUPL", re.IGNORECASE)
_HINTS = r'PRIVATE KEY-----|"d" *:|AKIA|ASIA|k_live_|gh[pousr]_|xox[abprs]-'

# Packages of the image under such a licence, and why that asks nothing of us.
KNOWN_COPYLEFT = {
    "certifi": "MPL 2.0 holds for its files alone, and we pass them on as they are",
    "orjson": "MPL 2.0 holds for its files alone, and we pass them on as they are",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person has to look at."""

    place: str
    what: str


def secrets_in(text: str, place: str) -> Iterator[Finding]:
    """Finds what looks like somebody's secret."""
    for what, pattern in _SECRETS.items():
        for found in pattern.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield Finding(f"{place}:{line}", what)


def secrets_in_tree() -> Iterator[Finding]:
    """Looks through every text file that git keeps; git itself tells which are worth it."""
    search = ["git", "grep", "-I", "--files-with-matches", "-z", "-E", _HINTS]
    # It ends with 1 when there is none.
    listed = subprocess.run(search, cwd=ROOT, capture_output=True, text=True, check=False)
    for name in filter(None, listed.stdout.split("\0")):
        yield from secrets_in(_text(ROOT / name), name)


def licence_of(package: str) -> str:
    """The licence that a package states: its expression, its field, or its classifiers."""
    metadata = distribution(package).metadata.json
    stated = metadata.get("license_expression") or metadata.get("license")
    if stated:
        return str(stated).strip().splitlines()[0][:80]
    classifiers = [str(each) for each in metadata.get("classifier", ())]
    named = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")]
    return ", ".join(named) or "none stated"


def unexplained_licences(licences: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Finds packages under a licence that asks something, and that nobody has thought about."""
    for package, licence in licences:
        if package not in KNOWN_COPYLEFT and (_COPYLEFT.search(licence) or "none" in licence):
            yield Finding(package, f"is under: {licence}")


def main() -> None:
    """Prints the licences and what was found."""
    licences = [(package, licence_of(package)) for package in sorted(runtime_packages())]
    for package, licence in licences:
        why = KNOWN_COPYLEFT.get(package, "")
        print(f"{package:45} {licence}{f'    ({why})' if why else ''}")
    findings = [*unexplained_licences(licences), *secrets_in_tree()]
    unknown = ""
    try:
        findings += [Finding(package, f"has {which}") for package, which in vulnerabilities()]
    except AdvisoriesNotReached as problem:
        unknown = f"; KNOWN VULNERABILITIES WERE NOT LOOKED UP: {problem}"
    for finding in findings:
        print(f"{finding.place}: {finding.what}", file=sys.stderr)
    print(f"\n{len(licences)} packages in the image; {len(findings)} findings{unknown}")
    sys.exit(1 if findings else 3 if unknown else 0)


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


if __name__ == "__main__":
    main()
