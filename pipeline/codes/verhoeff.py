"""The Verhoeff check digit of SNOMED CT, dm+d and EMIS identifiers (SNOMED CT Technical Implementation Guide, 5.5).

The check finds any single wrong digit and any two neighbours swapped, so it also catches an identifier of 16 or more
digits that a spreadsheet has rounded.
"""

from __future__ import annotations

# Multiplication in the symmetry group of a pentagon, and the permutation applied once for each position.
_MULTIPLY = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTE = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
_LONGEST = 32


def _steps() -> tuple[dict[str, tuple[int, ...]], ...]:
    """For each position from the right: the next state, by digit and present state. A check is then only look-ups."""
    steps = []
    permuted = list(range(10))
    for _ in range(_LONGEST):
        steps.append({str(d): tuple(row[permuted[d]] for row in _MULTIPLY) for d in range(10)})
        permuted = [_PERMUTE[p] for p in permuted]
    return tuple(steps)


_STEPS = _steps()


def verhoeff_ok(text: str) -> bool:
    """Whether `text` is 2 to 32 plain digits with the right check digit at the end."""
    if not (2 <= len(text) <= _LONGEST and text.isascii() and text.isdigit()):
        return False
    state = 0
    for step, digit in zip(_STEPS, reversed(text), strict=False):
        state = step[digit][state]
    return state == 0
