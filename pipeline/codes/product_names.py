"""Compares product names by whole words, ignoring case, spaces and hyphens.

A product matches the entry `Codeine` if its name begins with that word: `Codeine 30mg tablets` and `CODEINE/...` do,
`Codeinex` does not. A word is a run of letters and digits. A point between digits is part of the word, so `0.2 mg` does
not contain the words `2 mg`. Hyphens and slashes separate words, so `Co-codamol` and `Co codamol` match each other. The
word "Generic" in front, which some products without a generic name have, is ignored.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:\.\d[^\W_]*)*")


def words(text: str) -> tuple[str, ...]:
    """The words of a name in lower case, without a leading "generic"."""
    found = tuple(_WORD.findall(text.casefold()))
    return found[1:] if found[:1] == ("generic",) else found


def phrase(text: str) -> str:
    """The words with a space on each side, so that one phrase is found in another only at whole words."""
    return f" {' '.join(words(text))} "
