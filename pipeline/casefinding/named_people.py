"""The people a search is told of by name: those in patient reports, and those on earlier lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import duckdb

from pipeline.casefinding.given_reports import Matched, Reports, match_reports
from pipeline.search.by_hand import ByHand


@dataclass(frozen=True)
class Watched:
    """Records of people on earlier lists, by `person_row`: the search says how each is, whether it finds them or not.

    `nominated`: those brought in by hand, each with the route and the reason. `left_out`: the records of people who are
    not listed, because another study has written to them.
    """

    rows: frozenset[int] = frozenset()
    left_out: frozenset[int] = frozenset()
    nominated: Mapping[int, tuple[str, str]] = field(default_factory=dict)


NOBODY_WATCHED = Watched()
Watch = Callable[[duckdb.DuckDBPyConnection], Watched]  # finds them in an extract whose rows are loaded


@dataclass(frozen=True)
class NamedPeople:
    """What each named person is in the extract."""

    matched: Matched
    watched: Watched = NOBODY_WATCHED

    @property
    def by_hand(self) -> ByHand:
        """The records that the search is kept to, and those it lists without the rule."""
        given = self.matched.by_hand
        if given.nominated is None and not self.watched.nominated:
            return given
        return ByHand(given.only, (given.nominated or frozenset()) | self.watched.nominated.keys())

    @property
    def left_out(self) -> frozenset[int]:
        """The records of the people who are not listed, by an earlier list or by another study."""
        return self.matched.left_out | self.watched.left_out

    @property
    def nominations(self) -> dict[int, tuple[str, str]]:
        """The nominated records, each with route and reason. A report of today is newer than an earlier list."""
        return {**self.watched.nominated, **self.matched.nominations}


def find_named(con: duckdb.DuckDBPyConnection, reports: Reports, watch: Watch) -> NamedPeople:
    """Needs an extract whose rows are loaded."""
    watched = watch(con)
    return NamedPeople(match_reports(con, reports), watched)
