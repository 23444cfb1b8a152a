"""The study code, which a letter carries in place of a name.

It is drawn at random, so it reveals nothing about the person. It has ten characters. The last is a check character: one
wrong character, or two neighbours swapped, is always noticed.
"""

from __future__ import annotations

import secrets

# 19 characters that look different on paper. There are no vowels, so no words. The check relies on 19 being prime.
ALPHABET = "34679CDFHJKMNPRTWXY"
_LENGTH = 10


def draw_code() -> str:
    """A new code, as XXXXX-XXXXX. There are 19**9, so a code that was used and erased does not come up again."""
    drawn = [secrets.randbelow(len(ALPHABET)) for _ in range(_LENGTH - 1)]
    text = "".join(ALPHABET[number] for number in (*drawn, _check(drawn)))
    return f"{text[:5]}-{text[5:]}"


def read_code(text: str) -> str | None:
    """A typed code in its proper form; None if it cannot be a code."""
    kept = "".join(text.upper().replace("-", " ").split())
    if len(kept) != _LENGTH or set(kept) - set(ALPHABET):
        return None
    *numbers, check = [ALPHABET.index(character) for character in kept]
    return f"{kept[:5]}-{kept[5:]}" if check == _check(numbers) else None


def _check(numbers: list[int]) -> int:
    """A weighted sum modulo 19. All the weights (2 to 10, and 1 for the check) differ, so any slip or swap shows."""
    return -sum(weight * number for weight, number in enumerate(numbers, start=2)) % len(ALPHABET)
