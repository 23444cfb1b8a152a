"""The study code number: what a letter carries in place of a name.

Drawn at random, so nothing about the person can be worked out from it. Ten characters, of which the last is a check
character: one wrong character, or two neighbours changed round, are always noticed.
"""

from __future__ import annotations

import secrets

# 19 characters, none like another on paper and no vowels, so no words. 19 is prime, which the check relies on.
ALPHABET = "34679CDFHJKMNPRTWXY"
_LENGTH = 10


def draw_code() -> str:
    """A new code, as XXXXX-XXXXX. 19**9 are possible, so that codes once used and erased do not come again."""
    drawn = [secrets.randbelow(len(ALPHABET)) for _ in range(_LENGTH - 1)]
    text = "".join(ALPHABET[number] for number in (*drawn, _check(drawn)))
    return f"{text[:5]}-{text[5:]}"


def read_code(text: str) -> str | None:
    """A code as somebody typed it, in its proper form; None where it cannot be one."""
    kept = "".join(text.upper().replace("-", " ").split())
    if len(kept) != _LENGTH or set(kept) - set(ALPHABET):
        return None
    *numbers, check = [ALPHABET.index(character) for character in kept]
    return f"{kept[:5]}-{kept[5:]}" if check == _check(numbers) else None


def _check(numbers: list[int]) -> int:
    """A weighted sum modulo 19. The weights, 2 to 10 and the check's 1, differ: one changed place or a swap shows."""
    return -sum(weight * number for weight, number in enumerate(numbers, start=2)) % len(ALPHABET)
