"""What of a delivery's TPP rows is left out, or kept in doubt, for a reason that stands in the row itself."""

from __future__ import annotations

import duckdb

from pipeline.extracts.model import Notes
from pipeline.extracts.tpp_codes import CODE_KEY, DRUG_KEY

_PATIENTS = {
    "patients: removed by the supplier": "SELECT sum(deleted) FROM tpp_patient",
    "patients: dates that cannot be read (a death counts as happened)": "SELECT sum(date_faults) FROM tpp_patient "
    "WHERE deleted = 0",
    "registrations: at another organisation": "SELECT sum(is_elsewhere) FROM tpp_registration WHERE deleted = 0",
    "registrations: dates that cannot be read (an end counts as happened)": "SELECT sum(date_faults) "
    "FROM tpp_registration WHERE deleted = 0 AND is_elsewhere = 0",
    "addresses: ended": "SELECT count(*) FROM tpp_address, tpp_day d WHERE deleted = 0 AND ended <= d.day",
    "rows of the hierarchy removed without saying which, kept": "SELECT count(*) FROM tpp_hierarchy "
    "WHERE deleted = 1 AND (parent IS NULL OR child IS NULL)",
}
_ROWS = {
    "removed by the supplier": "s.deleted = 1",
    "of patients removed in the same delivery": "s.deleted = 0 AND p.key IS NOT NULL",
    "that name no patient": "s.deleted = 0 AND s.patient IS NULL",
    "with a mark of deletion that cannot be read, kept as confidential": "s.unclear = 1",
    "without a code, kept": "s.deleted = 0 AND {code} IS NULL",
    "with a date that cannot be read, kept without it": "s.deleted = 0 AND s.date_fault = 1",
}


def count_rows_left(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Into `notes.left_out`. Needs everything staged and the day noted."""
    for reason, query in _PATIENTS.items():
        found = con.execute(query).fetchone()
        notes.left_out[reason] += int(found[0] or 0) if found else 0
    rows = (("tpp_code", "coded entries", CODE_KEY), ("tpp_medication", "medications", DRUG_KEY))
    for stage, what, code in rows:
        tests = [test.format(code=f"({code.format('s')})") for test in _ROWS.values()]
        counts = con.execute(
            f"SELECT {', '.join(f'count(*) FILTER ({test})' for test in tests)} FROM {stage} s "
            "LEFT JOIN tpp_patient p ON p.org = s.org AND p.key = s.patient AND p.deleted = 1"
        ).fetchone()
        for reason, count in zip(_ROWS, counts or (), strict=True):
            notes.left_out[f"{what}: {reason}"] += count
