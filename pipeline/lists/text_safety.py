"""Text from a record, made safe to put in a spreadsheet cell.

Two steps, for CSV and workbook alike, so that a cell reads the same in both and one can be saved as the other:

1. Line breaks and tabs become a space. What cannot be printed, or reorders the text around it, becomes U+FFFD, so that
   the reader sees that something was there. This loses the character on purpose.
2. Text that a spreadsheet may take for a formula gets one apostrophe before it (OWASP ASVS 1.2.10, which names tab and
   NUL too: step 1 has removed them). This can be undone: where apostrophes and spaces lead up to = + - or @, take the
   first apostrophe off. Text that was like that already also gets one more, so no two texts become the same.
"""

from __future__ import annotations

import re

_BREAK = re.compile(r"\r\n|[\t\n\v\f\r\x85\u2028\u2029]")

# Control characters, marks that turn the direction of text (overrides, embeddings, isolates), halves of a surrogate
# pair, and the two code points that XML forbids.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

# Programs skip spaces and invisible marks before a formula; some also take the full-width forms of the four signs.
_FORMULA = re.compile(r"['\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")


def make_safe(text: str) -> str:
    """`text` as a cell may hold it: one line, printable, and never a formula."""
    clean = _UNPRINTABLE.sub("\ufffd", _BREAK.sub(" ", text))
    return f"'{clean}" if _FORMULA.match(clean) else clean


def make_lines_safe(text: str, between: str) -> str:
    """The same for text whose lines are our own, such as `why`: each line safe, with `between` between them."""
    return between.join(make_safe(line) for line in text.split("\n"))
