"""Refuses a damaged CPRD Aurum extract, and counts the rows that are left out or kept in doubt."""

from __future__ import annotations

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.aurum.tables_coding import MEDICAL, PRODUCT
from pipeline.extracts.aurum.tables_record import ISSUE, OBSERVATION, PATIENT
from pipeline.extracts.csv.damage import FAILING_SHARE, check_staged_ids, saved_by_spreadsheet
from pipeline.extracts.left_out import count_left
from pipeline.extracts.model import Notes

_IDS = (
    (MEDICAL, "key", "MedCodeId"),
    (MEDICAL, "snomed", "SnomedCTConceptId"),
    (PRODUCT, "key", "ProdCodeId"),
    (PRODUCT, "dmd", "dmdid"),
    (OBSERVATION, "code", "medcodeid"),
    (ISSUE, "code", "prodcodeid"),
)
_DATES = ((PATIENT, "regstartdate"), (OBSERVATION, "obsdate"), (ISSUE, "issuedate"))


def refuse_damage(con: duckdb.DuckDBPyConnection, files: dict[str, str]) -> None:
    """Raises ExtractError where a spreadsheet saved a file. `files`: the name of one file of each table."""
    _refuse_patids(con, files[PATIENT.name])
    for table, staged, column in _IDS:
        check_staged_ids(con, table.stage, staged, files[table.name], column)
    for table, column in _DATES:
        query = f"SELECT count(*) FILTER (date_fault = 'spreadsheet') * 2 > count(*) FILTER (dated) FROM {table.stage}"
        if _one(con, query):
            raise saved_by_spreadsheet(files[table.name], column)


def _refuse_patids(con: duckdb.DuckDBPyConnection, file: str) -> None:
    """A patid ends in its practice's five digits; one that a spreadsheet rounded does not."""
    long = "regexp_full_match(patient_id, '\\d{16,}')"
    query = (
        f"SELECT count(*) FILTER ({long} AND right(patient_id, 5) <> lpad(practice, 5, '0')) > "
        f"{FAILING_SHARE} * count(*) FILTER ({long}) FROM {PATIENT.stage}"
    )
    if _one(con, query):
        raise saved_by_spreadsheet(file, "patid")


def refuse_undated(con: duckdb.DuckDBPyConnection) -> None:
    """Raises ExtractError where nothing shows how recent a practice's records are. Needs `aurum_seen`."""
    if _one(con, "SELECT count(*) FROM aurum_seen WHERE patients = 1 AND day IS NULL AND typed IS NULL"):
        raise ExtractError(
            "Practice: the column lcd gives no date for a practice with patients, and none of its rows says when it "
            "was entered. Ask CPRD for the Practice file."
        )


def note_oddities(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Warn about values used because nothing better was given. Needs `aurum_seen`."""
    practices = _one(con, "SELECT count(*) FROM aurum_seen WHERE patients = 1 AND day IS NULL")
    if practices:
        notes.warnings.append(
            f"{practices} practices have no date of last collection (Practice, column lcd): the newest day on which a "
            "row was entered is used instead."
        )
    elsewhere = _one(
        con,
        "SELECT count(*) FROM aurum_patient WHERE regexp_full_match(patient_id, '\\d{6,}') "
        "AND right(patient_id, 5) <> lpad(practice, 5, '0')",
    )
    if elsewhere:
        notes.warnings.append(
            f"{elsewhere} patients have a patid that does not end in their pracid: the pracid was used."
        )
    several = _one(con, "SELECT count(*) FROM aurum_product WHERE chapters > 1")
    if several:
        notes.warnings.append(f"{several} products are in several BNF chapters: only the first is used.")


_PATIENTS = {
    "patients: not acceptable by CPRD's quality checks, left out with their rows": "count(*) FILTER (acceptable = 0)",
    "patients: dates that cannot be read (a death or a departure counts as happened)": (
        "sum(date_faults) FILTER (acceptable = 1)"
    ),
}
_KEPT = "coalesce(p.acceptable, 1) = 1"
_ROWS = {
    "of patients who are not acceptable": "count(*) FILTER (p.acceptable = 0)",
    "with a date that cannot be read, kept without it": (
        f"count(*) FILTER ({_KEPT} AND s.date_fault IN ('spreadsheet', 'unreadable'))"
    ),
    "with the date 31/12/9999, which stands for none, kept without it": (
        f"count(*) FILTER ({_KEPT} AND s.date_fault = 'placeholder')"
    ),
}


def count_rows_left(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Count into `notes.left_out`: patients, observations and issues separately."""
    count_left(con, notes, PATIENT.stage, _PATIENTS)
    for table, what in ((OBSERVATION, "observations"), (ISSUE, "issues")):
        counts = {f"{what}: {reason}": count for reason, count in _ROWS.items()}
        count_left(con, notes, f"{table.stage} s LEFT JOIN {PATIENT.stage} p ON p.key = s.patient", counts)


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0] or 0) if row else 0
