"""Product names: whole words, whatever their case, spaces and hyphens.

A product matches the entry `Codeine` when its name begins with that word: `Codeine 30mg tablets` and `CODEINE/...`
do, `Codeinex` does not. A word is a run of letters and digits; a point between digits stays inside it, so that `0.2 mg`
does not hold the words `2 mg`. Hyphens and slashes part words: `Co-codamol` is `Co codamol`, and matches both
spellings. The word "Generic" in front, put there for products without a generic name, is passed over.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:\.\d[^\W_]*)*")


def words(text: str) -> tuple[str, ...]:
    """The words of a name, folded, without a leading "generic"."""
    found = tuple(_WORD.findall(text.casefold()))
    return found[1:] if found[:1] == ("generic",) else found


def phrase(text: str) -> str:
    """The words with a space round each, so that one phrase lies in another only on whole words."""
    return f" {' '.join(words(text))} "
