"""The patient reports given to a search: one it is kept to, one to nominate, one to leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.errors import UsageError
from pipeline.patient_reports.model import PatientReport
from pipeline.patient_reports.read import read_report
from pipeline.people.earlier_list import find_earlier
from pipeline.people.match_report import Match, match_report
from pipeline.people.nomination import check_reason, check_route, say_nomination
from pipeline.search.by_hand import ByHand
from pipeline.search.compile import Plan
from pipeline.search.engine import Engine


@dataclass(frozen=True)
class Reports:
    """The reports as read. `route` and `reason` belong to the nomination; the reason may be empty."""

    only: PatientReport | None = None
    nominated: PatientReport | None = None
    route: str = ""
    reason: str = ""
    leave_out: PatientReport | None = None

    @property
    def given(self) -> tuple[PatientReport, ...]:
        return tuple(report for report in (self.only, self.nominated, self.leave_out) if report)


NO_REPORTS = Reports()


@dataclass(frozen=True)
class Matched:
    """The reports, and what each of their people is in the extract."""

    reports: Reports
    only: Sequence[Match]
    nominated: Sequence[Match]
    earlier: Sequence[frozenset[int]] = ()

    @property
    def left_out(self) -> frozenset[int]:
        """The records of the people to leave out."""
        return frozenset(row for rows in self.earlier for row in rows)

    @property
    def by_hand(self) -> ByHand:
        """The records of the people in the reports, for the search."""
        return ByHand(
            _rows(self.only) if self.reports.only else None,
            _rows(self.nominated) if self.reports.nominated else None,
        )

    @property
    def nominations(self) -> dict[int, tuple[str, str]]:
        """The records of the nominated, each with route and reason."""
        return dict.fromkeys(_rows(self.nominated), (self.reports.route, self.reports.reason))


def read_reports(
    only: Path | None, nominate: Path | None, route: str = "", reason: str = "", leave_out: Path | None = None
) -> Reports:
    """Raises UsageError or ExtractError."""
    if nominate and not route:
        raise UsageError("Say how these people came to be nominated: give --route, such as --route 'hand search'.")
    if (route or reason) and not nominate:
        raise UsageError("A route or a reason needs people. Give the report that names them with --nominate.")
    return Reports(
        read_report(only) if only else None,
        read_report(nominate) if nominate else None,
        check_route(route) if nominate else "",
        check_reason(reason),
        read_report(leave_out) if leave_out else None,
    )


def match_reports(con: duckdb.DuckDBPyConnection, reports: Reports) -> Matched:
    """Look for everyone in the reports among the records of the extract."""
    only, nominated = (match_report(con, report) if report else [] for report in (reports.only, reports.nominated))
    return Matched(reports, only, nominated, find_earlier(con, reports.leave_out) if reports.leave_out else ())


def say_nominations(engine: Engine, plan: Plan, nominated: Mapping[int, tuple[str, str]]) -> dict[int, str]:
    """What a list says first about each nominated record of the practices searched.

    `nominated`: each record's route and reason.
    """
    if not nominated:
        return {}
    named, decision = plan.table("nominated"), plan.table("decision")
    sql = (
        f"SELECT d.person_row, d.by_rule FROM {decision} d "  # noqa: S608
        f"JOIN {named} n ON n.person_row = d.person_row ORDER BY d.person_row"
    )
    found = (row for row in engine.fetch(sql) if row[0] in nominated)
    return {person: say_nomination(*nominated[person], bool(by_rule)) for person, by_rule in found}


def _rows(matches: Sequence[Match]) -> frozenset[int]:
    return frozenset(row for match in matches if not isinstance(match, str) for row in match)
