"""The codes of one extract, indexed once so that any number of lists can be matched quickly."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import duckdb

from pipeline.codes.american_names import is_american, without_brand
from pipeline.codes.product_names import phrase

# code_id, snomed, read2, ctv3, dmd, bnf, local, term, is_medicine: the columns of the `code` table, in its order.
CodeRow = tuple[int, str | None, str | None, str | None, str | None, str | None, str | None, str | None, int]
Index = Mapping[str, Sequence[int]]
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_AFTER = "\x7f"  # sorts after every character a code may hold


@dataclass(frozen=True)
class Prefixes:
    """An index that can also find every code that begins with a given text."""

    keys: Sequence[str]
    ids: Index

    @classmethod
    def of(cls, ids: Index) -> Prefixes:
        return cls(sorted(ids), ids)

    def beginning_with(self, start: str) -> Iterator[int]:
        first, last = bisect_left(self.keys, start), bisect_left(self.keys, start + _AFTER)
        for key in self.keys[first:last]:
            yield from self.ids[key]


@dataclass(frozen=True)
class ProductName:
    """A product's name from a word on at which a list entry may match it, and the whole name, both as phrases."""

    beginning: str
    whole: str
    code_id: int


@dataclass(frozen=True)
class CodeIndex:
    """Code ids by code. `read2_five`: by the first five characters. `names`: products by the first word of a beginning.

    `medicines`: how many products there are. `american`: those named as in the United States.
    """

    exact: Mapping[str, Index]
    read2_five: Prefixes
    bnf: Prefixes
    names: Mapping[str, Sequence[ProductName]]
    medicines: int
    american: frozenset[int]
    children: Mapping[int, Sequence[int]]

    @classmethod
    def build(cls, codes: Iterable[CodeRow], parents: Iterable[tuple[int, int]]) -> CodeIndex:
        """Builds the index from the rows of `code` and `code_parent` (code_id, parent_id)."""
        rows = list(codes)
        products = [(row[0], row[7]) for row in rows if row[8] and row[7]]
        american = frozenset(code_id for code_id, name in products if is_american(name))
        return cls(
            exact={
                "snomed": _gather((row[1], row[0]) for row in rows if row[1]),
                "read2": _gather((row[2], row[0]) for row in rows if row[2]),
                "ctv3": _gather((row[3], row[0]) for row in rows if row[3]),
                "dmd": _gather((row[4], row[0]) for row in rows if row[4]),
            },
            read2_five=Prefixes.of(_gather((row[2][:5], row[0]) for row in rows if row[2])),
            bnf=Prefixes.of(_gather((row[5], row[0]) for row in rows if row[5])),
            names=_gather(
                (name.beginning.split(maxsplit=1)[0], name)
                for code_id, written in products
                for name in _beginnings(code_id, written, code_id in american)
            ),
            medicines=sum(row[8] for row in rows),
            american=american,
            children=_gather((parent_id, code_id) for code_id, parent_id in parents),
        )

    def descendants(self, code_ids: Iterable[int]) -> set[int]:
        """Everything below these codes. A loop in the hierarchy is followed once."""
        below: set[int] = set()
        waiting = list(code_ids)
        while waiting:
            new = set(self.children.get(waiting.pop(), ())) - below
            below |= new
            waiting += new
        return below


def _beginnings(code_id: int, written: str, is_american: bool) -> Iterator[ProductName]:
    """A product's name from its first word on or, if it is American, from each word in front of the brand."""
    whole = phrase(written)
    if not is_american:
        if whole.strip():
            yield ProductName(whole, whole, code_id)
        return
    words = phrase(without_brand(written)).split()
    for position in range(len(words)):
        yield ProductName(f" {' '.join(words[position:])} ", whole, code_id)


def _gather(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """All the values of each key, in order."""
    gathered: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        gathered[key].append(value)
    return dict(gathered)


def read_code_index(con: duckdb.DuckDBPyConnection) -> CodeIndex:
    """The extract's codes, indexed for any number of lists."""
    codes = con.execute(
        "SELECT code_id, snomed, read2, ctv3, dmd, bnf, local, term, is_medicine FROM code ORDER BY code_id"
    ).fetchall()
    parents = con.execute("SELECT code_id, parent_id FROM code_parent ORDER BY ALL").fetchall()
    return CodeIndex.build(codes, parents)
