"""Groups files into tables by their names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

from pipeline.errors import ExtractError

SYNTHETIC_TRUTH = "truth.csv"  # comes with the files of a synthetic extract, and is not a table


# What a Mac, Windows and Excel leave next to files: `._Patient.csv`, `.DS_Store`, `~$event.xlsx`.
_DROPPINGS = re.compile(r"\._.*|\.ds_store|__macosx|thumbs\.db|desktop\.ini|~\$.*", re.IGNORECASE)
_COPY = re.compile(
    r"^(?:copy of|copy \(\d+\) of|kopie von|copie de) |(?: - copy| - kopie| copy)?(?: ?\(\d+\))?(?=\.\w+$)",
    re.IGNORECASE,
)


UNNUMBERED = -1
# Behind a table's name, of a table in several files: `_2`, `-part-0001`.
PART = r"(?:[ _.-]?(?:part[ _.-]?)?(?P<part>\d{1,5}))?"
_PART = re.compile(rf".*?{PART}", re.IGNORECASE)


def number_of(path: Path) -> int:
    """The number of a part at the end of a file's name; UNNUMBERED if it has none."""
    match = _PART.fullmatch(path.stem)
    return int(match["part"]) if match and match["part"] else UNNUMBERED


def in_parts(paths: Iterable[Path], number_of: Callable[[Path], int] = number_of) -> list[Path]:
    """The files of one table by the numbers in their names; one without a number comes before the others.

    Raises ExtractError where a part is missing before or between them, or is there twice.
    """
    numbered = sorted((number_of(path), path.name, path) for path in paths)
    numbers = [number for number, *_ in numbered if number != UNNUMBERED]
    whole = [path for number, _, path in numbered if number == UNNUMBERED]
    if len({path.suffix.lower() for path in whole}) < len(whole):
        raise ExtractError(f"{whole[-1].name} is there twice, with different capital letters. Keep one of them.")
    if numbers:
        _refuse_gaps(numbered[-1][2].name, numbers, most_first=2 if whole else 1)
    return [path for *_, path in numbered]


def _refuse_gaps(file: str, numbers: list[int], most_first: int) -> None:
    if len({*numbers}) < len(numbers):
        raise ExtractError(f"{file}: a part of this table is there twice. Keep one of them.")
    missing = next((after - 1 for before, after in pairwise(numbers) if after > before + 1), None)
    missing = most_first if numbers[0] > most_first else missing
    if missing is not None:
        raise ExtractError(f"{file}: part {missing} of this table is missing. Put all parts into the folder.")


def is_dropping(name: str) -> bool:
    """Whether a system left this file or folder, so that it holds nothing."""
    return _DROPPINGS.fullmatch(name) is not None


def without_copy_mark(name: str) -> str:
    """`Copy of event.csv`, `event - Copy.csv`, `event (1).csv` and `event copy.csv` as `event.csv`."""
    return _COPY.sub("", name)


def is_copy(name: str) -> bool:
    return without_copy_mark(name) != name


def group_by_table(paths: Iterable[Path], table_of: Callable[[Path], str | None]) -> dict[str, list[Path]]:
    """The files of each table, in the order given. Files for which `table_of` gives no table are left out."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        if table := table_of(path):
            found[table].append(path)
    return dict(found)
