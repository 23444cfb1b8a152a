"""Check digits: NHS numbers by modulus 11, EMIS code ids by Verhoeff."""

from __future__ import annotations

import numpy as np

from synthetic_data.arrays import Ints

# Nine leading digits of numbers that are never issued: 900 000 000 to 999 999 999 (the nhs-number library's
# "Not to be issued (Synthetic/test patients PDS)"). Taken from the top: some 750,000 people all begin 999.
_LAST_PREFIX = 999_999_999
_FIRST_PREFIX = 900_000_000

_VERHOEFF_PRODUCT = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_VERHOEFF_SHUFFLE = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip
_VERHOEFF_INVERSE = "0432156789"


def nhs_check_digits(prefixes: Ints) -> Ints:
    """The tenth digit of each nine-digit prefix; 10 where no number exists with that prefix."""
    digits = prefixes[:, None] // 10 ** np.arange(8, -1, -1) % 10
    check: Ints = (11 - (digits * np.arange(10, 1, -1)).sum(axis=1) % 11) % 11
    return check


def nhs_numbers(rng: np.random.Generator, chunk: int, width: int) -> Ints:
    """`width` valid numbers that are never issued, in random order; no other chunk of the same width shares one.

    About 10 prefixes in 11 give a number, so a chunk's own stretch of prefixes is a fifth wider than it needs.
    """
    stretch = width + width // 5 + 100
    top = _LAST_PREFIX - chunk * stretch
    if top - stretch < _FIRST_PREFIX:
        raise ValueError("more people than there are NHS numbers for synthetic people")
    prefixes = np.arange(top, top - stretch, -1)
    check = nhs_check_digits(prefixes)
    numbers = (prefixes * 10 + check)[check < 10]
    return rng.permutation(numbers[:width])


def verhoeff_digit(number: str) -> str:
    """The digit to append so that `number` passes the Verhoeff check used by SNOMED and EMIS ids."""
    check = 0
    for place, digit in enumerate(reversed(number), start=1):
        shuffled = int(_VERHOEFF_SHUFFLE[place % 8][int(digit)])
        check = int(_VERHOEFF_PRODUCT[check][shuffled])
    return _VERHOEFF_INVERSE[check]
