"""Whether two records of a practice have one address, however each was typed. For a mark on a list; it decides nothing.

A British postcode with the numbers and single letters of the lines tells a home, so "Flat 2, 10 High St" and
"2/10 High Street" are one. Without a number the first line's words must agree, and without a postcode all lines must.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NO_HOME = re.compile(r"\bno fixed (abode|address)\b|\bn ?f ?a\b|\bhomeless\b|\bunknown\b|\bnot known\b")
_NO_HOME_POSTCODE = "zz99"  # for people without a home, and for homes abroad or not known
_TELLING = re.compile(r"\d+|(?<![a-z])[a-z](?![a-z])")


def home_of(lines: Iterable[str], postcode: str) -> str:
    """A key that records at one address share, or nothing where the record has no home to compare."""
    code = _joined(_plain(postcode))
    kept = [plain for line in lines if (plain := _plain(line)) and _joined(plain) != code]  # some repeat the postcode
    if not kept or code.startswith(_NO_HOME_POSTCODE) or any(map(_NO_HOME.search, kept)):
        return ""
    if not code:
        return _joined("".join(kept))
    telling = [part for line in kept for part in _TELLING.findall(line)]
    return " ".join((code, *(sorted(telling) if any(map(str.isdigit, telling)) else [_joined(kept[0])])))


def _plain(text: str) -> str:
    """Small letters and digits, everything else but apostrophes a space between words."""
    folded = unicodedata.normalize("NFKD", text).casefold().replace("'", "").replace("\u2019", "")
    return " ".join(re.findall(r"[a-z0-9]+", "".join(one for one in folded if not unicodedata.combining(one))))


def _joined(plain: str) -> str:
    return plain.replace(" ", "")
