"""What Casefinder knows of one supplier's format, in one object. `registry` lists them all."""

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
    """What an extract was recognised by or, a doubt, why that is only likely. `text` has no full stop."""

    text: str
    is_doubt: bool = False


@dataclass(frozen=True)
class Format:
    """A supplier's format.

    `key`: its folder's name, and what commands call it. `title`: what its users call it, in every output. `looks`:
    what people see of its files. `find`: the deliveries in a folder, in the order they apply; none where no file is of
    this format. `read`: offers a delivery as the views of `delivery_tables`, where the tables `source_file` and
    `reject` exist. `recognise`: what an extract that was read shows of its format. `nouns`: what its rows are called.
    `gaps`: what no extract of it carries. `pseudonymised_because`: why no list can be written, where it has no names.

    `is_numbered`: its deliveries follow upon each other; else each is a whole extract. `renamed`: what its files may be
    where the numbers in their names are gone. `gives_way`: it goes by names that others use too, so where another
    format knows the same files by their columns, they are the other's. `unused`: files that may have been missed.
    `tables`: the names of the tables that it reads, by which a file that was not read is known.
    """

    key: str
    title: str
    looks: str
    find: Callable[[Path], list[Delivery]]
    read: Read
    recognise: Callable[[Extract], Iterator[Sign]]
    nouns: Nouns
    gaps: tuple[Gap, ...]
    tables: tuple[str, ...]
    pseudonymised_because: str = ""
    is_numbered: bool = False
    renamed: str = ""
    gives_way: bool = False
    unused: Callable[[Path], list[str]] = lambda _: []
