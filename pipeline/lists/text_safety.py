"""Makes text from a record safe to put in a spreadsheet cell.

The same two steps for CSV and workbook, so that a cell reads the same in both and either can be saved as the other:

1. Line breaks and tabs become spaces. A character that cannot be printed, or that changes the direction of the text
   around it, becomes U+FFFD, so the reader sees that something was there. The character is lost on purpose.
2. Text that a spreadsheet may treat as a formula gets an apostrophe in front (OWASP ASVS 1.2.10, which also names tab
   and NUL: step 1 has removed them). To undo this, remove the first apostrophe wherever apostrophes and spaces come
   before = + - or @. Text that already looked like that gets one more apostrophe, so no two texts become the same.
"""

from __future__ import annotations

import re

_BREAK = re.compile(r"\r\n|[\t\n\v\f\r\x85\u2028\u2029]")

# Control characters, marks that change the direction of text (overrides, embeddings, isolates), halves of a surrogate
# pair, and the two code points that XML forbids.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

# Programs skip spaces and invisible marks before a formula; some also take the full-width forms of the four signs.
_FORMULA = re.compile(r"['\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")


def make_safe(text: str) -> str:
    """`text` as one printable line that no program treats as a formula."""
    clean = _UNPRINTABLE.sub("\ufffd", _BREAK.sub(" ", text))
    return f"'{clean}" if _FORMULA.match(clean) else clean


def make_lines_safe(text: str, between: str) -> str:
    """As `make_safe`, for text whose line breaks are our own, such as `why`. The lines are joined with `between`."""
    return between.join(make_safe(line) for line in text.split("\n"))
