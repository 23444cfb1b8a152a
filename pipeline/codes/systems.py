"""The code systems a list may use: how each writes its codes, and what a damaged code looks like.

A code is text and stays text. Read v2 and CTV3 are case-sensitive (`9Nu0.` is dissent, `9NU0.` is "interpreter
needed") and padded with dots to five characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, get_args

from pipeline.codes.product_names import words
from pipeline.codes.verhoeff import verhoeff_ok as verhoeff_ok

System = Literal["snomed", "read2", "ctv3", "dmd", "bnf", "name"]
SYSTEMS: tuple[System, ...] = get_args(System)

_FIVE = re.compile(r"[0-9A-Za-z]{1,5}\.*")
_TERM_CODE = re.compile(r"[0-9A-Za-z]{2}")
_BNF = re.compile(r"\d{1,7}|\d{7}[0-9A-Z]{1,8}")
_SHORTEST_NAME = 3

_NUMBER = re.compile(r"\d+(\.\d+)?[eE]\+?\d+|\d+\.\d+")
_FORMULA = re.compile(r'="?([^"]*)"?')
_ROUNDED_FROM = 16  # a spreadsheet keeps 15 digits of a number

_SPREADSHEET = "a spreadsheet has turned the code into a number; copy it again from its source, with the column as text"


def clean(written: str) -> tuple[str, tuple[str, ...]]:
    """The code without anything that is not part of it, and a note of each thing removed."""
    notes: list[str] = []
    text = written.replace("\u00a0", " ").replace("\ufeff", "").strip()
    if text != written:
        invisible = "\u00a0" in written or "\ufeff" in written
        notes.append(f"{'invisible characters' if invisible else 'spaces'} around the code were removed")
    if guarded := _FORMULA.fullmatch(text):
        text = guarded[1].strip()
        notes.append('the spreadsheet guard ="..." was removed')
    bare = text.removesuffix("#").removeprefix("'")
    if bare != text:
        text = bare
        notes.append("the spreadsheet guard (a # at the end or ' in front) was removed")
    return text, tuple(notes)


def canonical(system: System, text: str) -> str:
    """The one proper form of the code. Raises ValueError saying what is wrong and how to fix it."""
    if not text:
        raise ValueError("the code is empty")
    try:
        return _WRITTEN[system](text)
    except ValueError:
        # Checked last, because `1474.00` looks like a number but is a valid Read v2 code.
        if system != "name" and _NUMBER.fullmatch(text):
            raise ValueError(_SPREADSHEET) from None
        raise


def _identifier(text: str) -> str:
    """A SNOMED CT or dm+d concept id: 6 to 18 digits, check digit, and the partition of a concept (00 or 10)."""
    if not (text.isascii() and text.isdigit() and 6 <= len(text) <= 18 and text[0] != "0"):
        raise ValueError("an id has 6 to 18 digits and does not start with 0")
    if not verhoeff_ok(text):
        if len(text) >= _ROUNDED_FROM:
            raise ValueError(f"the check digit is wrong, as if a spreadsheet had rounded the code: {_SPREADSHEET}")
        raise ValueError("the check digit is wrong; compare the code with its source, digit by digit")
    if text[-3:-1] not in ("00", "10"):
        raise ValueError("this is the id of a description or a relationship; use the id of the concept it belongs to")
    return text


def _read2(text: str) -> str:
    """Read v2: five characters, or seven with the two-character term code."""
    if len(text) <= 5:
        return _five(text)
    if len(text) == 7 and _FIVE.fullmatch(text[:5]) and _TERM_CODE.fullmatch(text[5:]):
        return text
    raise ValueError(
        "a Read v2 code has 5 characters, or 7 with its two-character term code, for example N239. or N239.00"
    )


def _five(text: str) -> str:
    """Five letters or digits, with dots only at the end. Missing dots are put back."""
    padded = text.ljust(5, ".")
    if len(padded) > 5 or not _FIVE.fullmatch(padded):
        raise ValueError("a Read or CTV3 code has 5 letters or digits, with dots only at the end, for example N239.")
    return padded


def _bnf(text: str) -> str:
    if not _BNF.fullmatch(text):
        raise ValueError("a BNF code has 1 to 15 characters, the first 7 of them digits, for example 0407020Q0")
    return text


def _name(text: str) -> str:
    """The first words of a product name, with single spaces. `product_names.py` says how they match."""
    found = words(text)
    if sum(map(len, found)) < _SHORTEST_NAME or not any(c.isalpha() for c in "".join(found)):
        raise ValueError(f"a name needs at least {_SHORTEST_NAME} letters or digits, or it would match too much")
    return " ".join(text.split())


_WRITTEN: dict[System, Callable[[str], str]] = {
    "snomed": _identifier,
    "dmd": _identifier,
    "read2": _read2,
    "ctv3": _five,
    "bnf": _bnf,
    "name": _name,
}
