"""The staged TPP tables as what every reader delivers: the views of `delivery_tables`."""

from __future__ import annotations

import duckdb

from pipeline.extracts.delivery_tables import offer
from pipeline.extracts.left_out import count_left
from pipeline.extracts.model import Delivery, Notes
from pipeline.extracts.sql.recency import note_seen
from pipeline.extracts.tpp.codes import CLINICAL, CODE_KEY, DRUG, DRUG_KEY

_PATIENT = f"""
    SELECT *, CASE WHEN date_of_birth IS NULL THEN 'unknown' ELSE 'day' END AS birth_precision,
        NULL AS registered_from, NULL AS registered_to, 'other' AS registration_type, 0 AS is_restricted,
        {", ".join(f"NULL AS {name}" for name in ("gp", "institution", "usual_gp", "local_number", "mobile"))},
        {", ".join(f"NULL AS address_{number}" for number in range(1, 6))}, NULL AS postcode, NULL AS sms_consent
    FROM tpp_patient
"""
# The rows of a removed patient are removed too.
_LEFT = "LEFT JOIN tpp_patient p ON p.org = s.org AND p.key = s.patient AND p.deleted = 1"
_GONE = "p.key IS NOT NULL"


def _deleted(condition: str = "false") -> str:
    return f"s.* REPLACE (CASE WHEN {_GONE} OR {condition} THEN 1 ELSE s.deleted END AS deleted)"


_WORD = "coalesce(m.word, lower(s.type))"
_RANK = f"""
    CASE WHEN {_WORD} LIKE '%correspondence%' THEN 0 WHEN {_WORD} LIKE '%temporary%' THEN 2
        WHEN regexp_matches({_WORD}, 'home|permanent') THEN 1 WHEN s.type = '3' THEN 0 WHEN s.type = '1' THEN 2
        ELSE 1 END
"""
# Only a plain yes is consent.
_YES = "('true', '1', 'y', 'yes', 't', 'consent', 'consents', 'consented', 'consent given', 'given')"
_CONSENT = f"""
    CASE WHEN s.said IS NOT NULL THEN CAST(lower(s.said) IN {_YES} OR coalesce(m.word IN {_YES}, false) AS TINYINT) END
"""
_SELECTS = {
    "new_organisation": "SELECT p.org, min(p.practice) AS code, NULL AS other_number, min(o.name) AS name, "
    "'TPP' AS supplier, CAST(min(o.org) IS NULL AS TINYINT) AS in_passing "
    "FROM tpp_patient p LEFT JOIN tpp_organisation o ON o.org = p.org AND o.deleted = 0 "
    "WHERE p.practice IS NOT NULL GROUP BY p.org",
    "new_seen": "FROM tpp_seen",
    "new_code": f"""
        SELECT {CLINICAL} AS dictionary, ctv3 AS code_key, snomed, read2, ctv3, NULL AS dmd, NULL AS bnf, NULL AS local,
            term, 0 AS is_medicine, d.in_passing FROM tpp_node, tpp_day d
        UNION ALL SELECT {CLINICAL}, code_key, snomed, read2, ctv3, NULL, NULL, NULL, term, 0, d.in_passing
        FROM tpp_pair, tpp_day d
        UNION ALL SELECT DISTINCT {DRUG}, {DRUG_KEY.format("s")}, NULL, NULL, NULL, dmd, NULL, product, name, 1,
            d.is_changes FROM tpp_medication s, tpp_day d WHERE deleted = 0 AND coalesce(dmd, product, name) IS NOT NULL
    """,
    # Two rows may say the same: it holds as long as one of them does.
    "new_parent": f"""
        SELECT {CLINICAL} AS dictionary, child AS code_key, parent, min(deleted) AS deleted FROM tpp_hierarchy
        WHERE child <> parent GROUP BY child, parent
        UNION ALL SELECT {CLINICAL}, code_key, ctv3, 0 FROM tpp_pair WHERE ctv3 IS NOT NULL
    """,
    "new_patient": _PATIENT,
    "new_departure": "FROM tpp_departure",
    # Of a patient who may be either of two people, no registration is known.
    "new_registration": f"SELECT {_deleted('s.is_elsewhere = 1 OR b.key IS NOT NULL')} FROM tpp_registration s {_LEFT} "
    "LEFT JOIN tpp_patient b ON b.org = s.org AND b.key = s.patient AND b.is_doubted = 1",
    "new_address": f"""
        SELECT {_deleted("s.ended <= d.day")}, {_RANK} AS rank
        FROM tpp_address s {_LEFT} LEFT JOIN tpp_mapping m ON m.id = s.type CROSS JOIN tpp_day d
    """,
    "new_contact": f"""
        SELECT {_deleted()}, NULL AS sms_consent FROM tpp_contact s {_LEFT}
        UNION ALL BY NAME
        SELECT {_deleted()}, NULL AS mobile, {_CONSENT} AS sms_consent FROM tpp_consent s {_LEFT}
        LEFT JOIN tpp_mapping m ON m.id = s.said
    """,
    "new_event": f"SELECT {_deleted()}, {CLINICAL} AS dictionary, {CODE_KEY.format('s')} AS code_key "
    f"FROM tpp_code s {_LEFT}",
    "new_prescription": f"SELECT {_deleted()}, {DRUG} AS dictionary, {DRUG_KEY.format('s')} AS code_key "
    f"FROM tpp_medication s {_LEFT}",
}
_ROW_STAGES = tuple(f"tpp_{name}" for name in ("registration", "address", "contact", "consent", "code", "medication"))


def note_day(con: duckdb.DuckDBPyConnection, delivery: Delivery, is_changes: bool, in_passing: bool) -> None:
    """Make `tpp_seen`, when each practice was seen, and `tpp_day`, one row: the delivery's day and kind."""
    note_seen(con, "tpp_seen", delivery, "tpp_patient", _ROW_STAGES, ("tpp_code", "tpp_medication"))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE tpp_day AS SELECT max(coalesce(day, typed)) AS day, "
        "CAST(? AS TINYINT) AS is_changes, CAST(? AS TINYINT) AS in_passing FROM tpp_seen",
        [is_changes, in_passing],
    )


def deliver(con: duckdb.DuckDBPyConnection) -> None:
    """Create every view. Needs everything staged, the codes gathered and the day noted."""
    offer(con, _SELECTS)


_COUNTS = {
    "tpp_patient": {
        "patients: removed by the supplier": "sum(deleted)",
        "patients: dates that cannot be read (a death counts as happened)": "sum(date_faults) FILTER (deleted = 0)",
    },
    "tpp_registration": {
        "registrations: at another organisation": "sum(is_elsewhere) FILTER (deleted = 0)",
        "registrations: dates that cannot be read (an end counts as happened)": (
            "sum(date_faults) FILTER (deleted = 0 AND is_elsewhere = 0)"
        ),
    },
    "tpp_address, tpp_day d": {"addresses: ended": "count(*) FILTER (deleted = 0 AND ended <= d.day)"},
    "tpp_hierarchy": {
        "rows of the hierarchy removed without saying which, kept": (
            "count(*) FILTER (deleted = 1 AND (parent IS NULL OR child IS NULL))"
        ),
    },
}
_ROWS = {
    "removed by the supplier": "s.deleted = 1",
    "of patients removed in the same delivery": f"s.deleted = 0 AND {_GONE}",
    "that name no patient": "s.deleted = 0 AND s.patient IS NULL",
    "with a mark of deletion that cannot be read, kept as confidential": "s.unclear = 1",
    "without a code, kept": "s.deleted = 0 AND ({code}) IS NULL",
    "with a date that cannot be read, kept without it": "s.deleted = 0 AND s.date_fault = 1",
}


def count_rows_left(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Count into `notes.left_out`. Needs everything staged and the day noted."""
    for relation, counts in _COUNTS.items():
        count_left(con, notes, relation, counts)
    rows = (("tpp_code", "coded entries", CODE_KEY), ("tpp_medication", "medications", DRUG_KEY))
    for stage, what, code in rows:
        tests = {f"{what}: {reason}": test.format(code=code.format("s")) for reason, test in _ROWS.items()}
        count_left(con, notes, f"{stage} s {_LEFT}", {each: f"count(*) FILTER ({tests[each]})" for each in tests})
