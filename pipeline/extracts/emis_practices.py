"""EMIS practices: which of them may be used, what they are called, and when each was extracted."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.emis_files import Delivery
from pipeline.extracts.model import Notes

_PRACTICE_ID = re.compile(r"[A-Za-z0-9]{1,20}")  # it names a folder


@dataclass(frozen=True)
class Organisation:
    """An organisation with patients. `usable`: None where no agreement speaks of it."""

    org: str
    ods: str | None
    cdb: str | None
    name: str | None
    is_listed: bool
    usable: bool | None
    patients: int


def fill_practices(con: duckdb.DuckDBPyConnection, deliveries: list[Delivery], notes: Notes) -> None:
    """Table `practice`, and `emis_practice` (org, practice_id). `deliveries`: all files, for their days.

    Call it after staging. Raises ExtractError where no practice is left, or two share a code.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE emis_practice (org VARCHAR, practice_id VARCHAR)")
    usable = [each for each in _organisations(con) if _may_use(each, notes)]
    ids = {each.org: _practice_id(each, notes) for each in usable}
    _refuse_shared_codes(list(ids.values()))
    if not usable:
        raise ExtractError("No practice of this extract may be used. " + " ".join(notes.warnings))
    days = _extract_days(con, deliveries)
    for each in usable:
        if not days.get(each.org):
            raise ExtractError(
                "The extract does not say when it was made: its files have lost the supplier's names and no row "
                "has an EnteredDate. Restore the names, such as 291_Admin_Patient_20261120013000_<agreement>.csv."
            )
        con.execute("INSERT INTO emis_practice VALUES (?, ?)", [each.org, ids[each.org]])
        row = [ids[each.org], each.name, "EMIS", days[each.org]]
        con.execute("INSERT INTO practice VALUES (?, ?, ?, ?)", row)


def _organisations(con: duckdb.DuckDBPyConnection) -> list[Organisation]:
    rows = con.execute(
        """
        SELECT org, any_value(ods), any_value(cdb), any_value(name), count(o.guid) > 0,
            any_value(usable) = 1, count(*)
        FROM emis_patient p
        LEFT JOIN (SELECT guid, ods, cdb, name FROM emis_organisation) o ON o.guid = p.org
        LEFT JOIN (SELECT guid, usable FROM emis_agreement) a ON a.guid = p.org
        WHERE p.deleted = 0
        GROUP BY org ORDER BY any_value(ods), org
        """
    ).fetchall()
    return [Organisation(*row) for row in rows]


def _may_use(each: Organisation, notes: Notes) -> bool:
    """Leave out, loudly, a practice that has been switched off or that nothing is known about."""
    if not each.is_listed:
        notes.warnings.append(
            f"{each.patients} patients are left out: Admin_Organisation does not list their practice. "
            "Ask for the full Admin_Organisation file."
        )
        return False
    if each.usable is False:
        notes.warnings.append(
            f"Practice {each.ods or 'without ODS code'} is left out: its sharing agreement is disabled, deleted or not "
            "activated. Ask the practice or the supplier before using its records."
        )
        return False
    return True


def _practice_id(each: Organisation, notes: Notes) -> str:
    """The ODS code in capitals, or the supplier's customer number where there is none."""
    if each.ods is None and each.cdb is not None:
        notes.warnings.append(f"A practice has no ODS code in Admin_Organisation; it is called CDB{each.cdb}.")
    code = (each.ods or f"CDB{each.cdb or ''}").upper()
    if code == "CDB" or not _PRACTICE_ID.fullmatch(code):
        raise ExtractError(
            "Admin_Organisation: the column ODSCode must hold a code of 1 to 20 letters and digits for every practice "
            "with patients. Ask the supplier to correct it."
        )
    return code


def _refuse_shared_codes(ids: list[str]) -> None:
    shared = [code for code, times in Counter(ids).items() if times > 1]
    if shared:
        raise ExtractError(
            f"Admin_Organisation: two organisations with patients have the ODSCode {shared[0]}. "
            "Ask the supplier which of them is the practice."
        )


def _extract_days(con: duckdb.DuckDBPyConnection, deliveries: list[Delivery]) -> dict[str, int]:
    """When each practice was extracted: the newest file of its agreement, else the newest row typed in."""
    by_name = {each.path.name: each for each in deliveries}
    newest: dict[str, int] = {}
    for each in deliveries:
        newest[each.agreement] = max(newest.get(each.agreement, 0), each.day or 0)
    days: dict[str, int] = {}
    files = "SELECT DISTINCT org, file FROM emis_patient JOIN source_file USING (file_id)"
    for org, file in con.execute(files).fetchall():
        days[org] = max(days.get(org, 0), newest[by_name[file].agreement])
    typed = (
        "SELECT org, max(recorded_on) FROM (SELECT org, recorded_on FROM emis_observation "
        "UNION ALL SELECT org, recorded_on FROM emis_issue) WHERE recorded_on IS NOT NULL GROUP BY org"
    )
    for org, day in con.execute(typed).fetchall():
        days[org] = days.get(org) or day
    return days
