"""Finds which rows of an extract's `code` table a code list matches, and the entry that gives each its meaning.

How an entry can match:

- `exact`: the same code in the same system (for Read v2, the same five or seven characters as the entry);
- `any term`: a Read v2 entry of five characters, whatever the row's two-character term code;
- `child`: below an entry with include_children: Read v2 by its own dots, the others through the extract's hierarchy;
- `prefix`: a BNF code that begins with the entry;
- `name`: a product whose name begins with the entry's words and contains none of `except`. In an American name, such as
  `acetaminophen 325 MG / hydrocodone bitartrate 5 MG Oral Tablet`, the words may begin anywhere before the brand.

A row gets one answer. If entries disagree, SNOMED wins over the row's other codes, then a match of the row itself over
one through a parent (`child`, `prefix`), then the list named first, then the row further up. In one list, seven
characters of Read v2 win over five wherever they stand: they can only be meant as the exception. A role that loses to
another system or list is reported as a conflict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from pipeline.codes.code_index import CodeIndex
from pipeline.codes.codelist import CodeList
from pipeline.codes.entries import Entry
from pipeline.codes.product_names import phrase
from pipeline.codes.systems import System

How = Literal["exact", "any term", "child", "prefix", "name"]
Rank = tuple[bool, bool, int, int]
_THROUGH_A_PARENT: frozenset[How] = frozenset({"child", "prefix"})


@dataclass(frozen=True)
class Match:
    """One row of the extract's code table, and the entry that gives it its meaning."""

    code_id: int
    list_name: str
    entry: Entry
    how: How

    @property
    def role(self) -> str | None:
        return self.entry.role


@dataclass(frozen=True)
class Conflict:
    """A row to which two systems or two lists give different roles. `won` decides."""

    won: Match
    lost: Match


@dataclass(frozen=True)
class Resolution:
    """`matches`: one for each code_id, in order. `unmatched`: list name and entry of what the extract does not have."""

    matches: tuple[Match, ...]
    conflicts: tuple[Conflict, ...]
    unmatched: tuple[tuple[str, Entry], ...]


def resolve(
    lists: Sequence[CodeList],
    roles: frozenset[str] | None,
    dictionary: CodeIndex,
    meanings: frozenset[str] | None = None,
) -> Resolution:
    """The rows that the lists match. With `roles` or `meanings`, only rows whose final one is among them.

    An entry without a role has none of `roles`. Rules that ask for roles of a list without any are refused elsewhere.
    """

    def is_wanted(entry: Entry) -> bool:
        return (roles is None or entry.role in roles) and (meanings is None or entry.meaning in meanings)

    candidates: dict[int, list[tuple[Rank, Match]]] = defaultdict(list)
    unmatched = []
    for position, codelist in enumerate(lists):
        for entry in codelist.entries:
            found = list(_rows_of(entry, dictionary))
            for code_id, how in found:
                candidates[code_id].append((_rank(entry, how, position), Match(code_id, codelist.name, entry, how)))
            if not found and is_wanted(entry):
                unmatched.append((codelist.name, entry))
    decided = [_decide(candidates[code_id]) for code_id in sorted(candidates)]
    return Resolution(
        matches=tuple(won for won, _ in decided if is_wanted(won.entry)),
        conflicts=tuple(Conflict(won, other) for won, lost in decided for other in lost),
        unmatched=tuple(unmatched),
    )


def _rank(entry: Entry, how: How, position: int) -> Rank:
    """Lower is better."""
    return entry.system != "snomed", how in _THROUGH_A_PARENT, position, entry.line


def _decide(candidates: Sequence[tuple[Rank, Match]]) -> tuple[Match, list[Match]]:
    """The match that wins, and the best match of each other list or system that gives a different role."""
    best: dict[tuple[str, System], Match] = {}
    seven = {match.list_name for _, match in candidates if match.how == "exact" and match.entry.system == "read2"}
    for _, match in sorted(candidates, key=itemgetter(0)):
        if match.how == "any term" and match.list_name in seven:
            continue
        best.setdefault((match.list_name, match.entry.system), match)
    won, *others = best.values()
    return won, [match for match in others if match.role != won.role]


def _rows_of(entry: Entry, dictionary: CodeIndex) -> Iterator[tuple[int, How]]:
    """Every row that the entry alone matches, and how. A row may come up more than once."""
    if entry.system == "name":
        yield from ((code_id, "name") for code_id in _products(entry, dictionary))
    elif entry.system == "bnf":
        yield from ((code_id, "prefix") for code_id in dictionary.bnf.beginning_with(entry.code))
    elif entry.system == "read2":
        yield from _read2_rows(entry, dictionary)
    else:
        same = dictionary.exact[entry.system].get(entry.code, ())
        yield from ((code_id, "exact") for code_id in same)
        if entry.include_children:
            yield from ((code_id, "child") for code_id in dictionary.descendants(same))


def _read2_rows(entry: Entry, dictionary: CodeIndex) -> Iterator[tuple[int, How]]:
    yield from ((code_id, "exact") for code_id in dictionary.exact["read2"].get(entry.code, ()))
    if len(entry.code) > 5:
        return
    yield from ((code_id, "any term") for code_id in dictionary.read2_five.ids.get(entry.code, ()))
    if entry.include_children:
        stem = entry.code.rstrip(".")
        yield from ((code_id, "child") for code_id in dictionary.read2_five.beginning_with(stem))


def _products(entry: Entry, dictionary: CodeIndex) -> Iterator[int]:
    start = phrase(entry.code)
    shut_out = tuple(phrase(words) for words in entry.except_words)
    for name in dictionary.names.get(start.split(maxsplit=1)[0], ()):
        if name.beginning.startswith(start) and not any(words in name.whole for words in shut_out):
            yield name.code_id
