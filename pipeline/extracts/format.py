"""Everything Casefinder knows about one supplier's format, in one object. `registry` lists them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipeline.extracts.gaps import Gap
from pipeline.extracts.model import Delivery, Earlier, Extract, Notes, Nouns, Variant

Read = Callable[[Delivery, duckdb.DuckDBPyConnection, Path, Notes, Earlier | None], Variant]


class Sign(NamedTuple):
    """How an extract was recognised or, if `is_doubt`, why that is only likely. `text` has no full stop."""

    text: str
    is_doubt: bool = False


@dataclass(frozen=True)
class Format:
    """A supplier's format.

    `key`: the name of its folder, and its name in commands. `title`: what its users call it, in every output. `looks`:
    what its files are called, for error messages. `find`: the deliveries in a folder, in the order they apply; none if
    no file belongs to this format. `read`: offers a delivery as the views of `delivery_tables`; it needs the tables
    `source_file` and `reject`. `recognise`: the signs of the format in an extract that was read. `nouns`: what its rows
    are called. `gaps`: what none of its extracts carries. `pseudonymised_because`: why no list can be written, if it
    has no names.

    `is_numbered`: each delivery follows the one before; else each is a whole extract. `renamed`: what its files may be
    if they have lost the numbers in their names. `gives_way`: other formats use its file names too, so a format that
    recognises the same files by their columns wins. `unused`: files that may have been missed.
    """

    key: str
    title: str
    looks: str
    find: Callable[[Path], list[Delivery]]
    read: Read
    recognise: Callable[[Extract], Iterator[Sign]]
    nouns: Nouns
    gaps: tuple[Gap, ...]
    pseudonymised_because: str = ""
    is_numbered: bool = False
    renamed: str = ""
    gives_way: bool = False
    unused: Callable[[Path], list[str]] = lambda _: []
