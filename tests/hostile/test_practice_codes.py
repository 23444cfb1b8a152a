"""A practice's code becomes the name of a folder: no code leads anywhere else, and two never share a folder."""

from __future__ import annotations

import re

import pytest

from tests.effort import longer, some
from tests.hostile.folders import FOLDERS, TEXT
from tests.hostile.looking import Seen, look
from tests.hostile.people import PRACTICES

pytestmark = longer

CODES = [
    "../../etc",
    "..",
    ".",
    "",
    " ",
    "A/B",
    "A\\B",
    "/etc",
    "C:",
    "A81001.",
    "A81001 x",
    "\u202eA81001",
    "A\u0131",
    "\uff21\uff22",
    "A\x07",
    "A\nB",
    "x" * 300,
    "-rf",
    "~",
    "$HOME",
    "%2e%2e",
    "A81001\u200b",
    "=1+1",
]
DEVICES = ("CON", "nul", "AUX", "PRN", "COM1", "lpt9")
# Where each format writes it; Explorer and Aurum make a code of their own from what stands there.
FORMATS = ("emis", "plain", "tpp", "omop", "explorer")
_SAFE = re.compile(r"[A-Z0-9]{1,20}")
_DEVICE = re.compile(r"(CON|NUL|AUX|PRN|COM\d|LPT\d)")


def look_with(format: str, code: str, other: str = "") -> Seen:
    """At a folder whose first practice is called `code` in every file, and its second `other` if given."""
    files = {}
    for name, content in FOLDERS[format]().items():
        text = content.decode(TEXT[format].encoding).replace(PRACTICES[0], _quoted(code, format))
        text = text.replace(PRACTICES[1], other) if other else text
        files[name] = text.encode(TEXT[format].encoding, errors="replace")
    return look(files)


def _quoted(code: str, format: str) -> str:
    return f'"{code}"' if "\n" in code and format not in ("emis", "tpp") else code


@pytest.mark.parametrize(
    ("format", "code"),
    some([(format, code) for code in CODES for format in FORMATS], 6),
)
def test_a_code_that_is_a_path(format: str, code: str) -> None:
    seen = look_with(format, code)
    assert seen.error or all(_SAFE.fullmatch(practice) for practice, *_ in seen.listed)


@pytest.mark.parametrize("code", some(DEVICES, 1))
def test_a_code_that_windows_takes_for_a_device(code: str) -> None:
    """A folder of that name cannot be made there, or is no folder."""
    seen = look_with("plain", code)
    assert seen.error or not any(_DEVICE.fullmatch(practice) for practice, *_ in seen.listed)


@pytest.mark.parametrize("format", some(["emis", "plain", "tpp", "omop"], 1))
def test_two_codes_that_differ_only_in_capitals(format: str) -> None:
    """On some disks they would be one folder: they are refused, or one practice."""
    seen = look_with(format, "A81001", "a81001")
    practices = {practice for practice, *_ in seen.listed}
    assert seen.error or len({practice.upper() for practice in practices}) == len(practices)
