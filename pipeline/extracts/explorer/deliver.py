"""The staged EMIS-X Explorer tables as what every reader delivers: the views of `delivery_tables`."""

from __future__ import annotations

import duckdb

from pipeline.extracts.delivery_tables import offer
from pipeline.extracts.explorer.codes import CLINICAL, DRUG, key_join
from pipeline.extracts.explorer.practices import CODE, OF_HOME, ORG
from pipeline.extracts.left_out import count_left
from pipeline.extracts.model import Notes
from pipeline.extracts.sql.repeated_keys import keep_all, keep_safest, one_or
from pipeline.extracts.sql.repeated_patients import settle_patients

# An objection that the supplier marks on a patient becomes the code that it stands for. It held on the day of the
# extract and began earlier, so it becomes two rows: a dated one, which outranks older rows, and an undated one, for
# searches as of a past day. (mark, our word for it, its column, the Read code, its words)
_MARKS = (
    (
        "is_consent_93c1",
        "shares",
        "p.objects",
        "9Nu0.00",
        "Type 1 objection, as marked by the supplier (is_consent_93c1 = false)",
    ),
    (
        "opt_out_9nu0_flag",
        "out_9nu0",
        "m.out_9nu0",
        "9Nu0.00",
        "Objection, as marked by the supplier (opt_out_9nu0_flag = true)",
    ),
    (
        "opt_out_93c1_flag",
        "out_93c1",
        "m.out_93c1",
        "93C1.00",
        "Objection, as marked by the supplier (opt_out_93c1_flag = true)",
    ),
)
_EVENT = (
    "SELECT {org} AS org, s.deleted, s.key, s.odd_key, s.patient, u.code_key, s.encounter, s.file_id, s.date, "
    "s.date_precision, s.recorded_on, s.value, s.unit, s.is_confidential "
    "FROM (SELECT *, CAST(NULL AS VARCHAR) AS name FROM explorer_observation) s"
)
_ISSUE = (
    "SELECT {org} AS org, s.deleted, s.key, s.odd_key, s.patient, u.code_key, s.encounter, s.course, s.file_id, "
    "s.date, s.date_precision, s.recorded_on, s.kind, s.quantity, s.unit, s.duration_days, s.is_confidential "
    "FROM (SELECT {told} FROM explorer_issue WHERE dropped = 0) s"
)
# A row of the older generation names its product itself. It was recorded when the course began, and its newest issue
# came later.
_TOLD = {
    True: "* REPLACE (CAST(NULL AS INTEGER) AS recorded_on), term AS name",
    False: "*, CAST(NULL AS VARCHAR) AS name",
}
_MARKED = (
    "SELECT h.org, CAST(md5(concat('{mark} ', p.patient_id)) AS UUID) AS key, p.key AS patient, "
    "concat('{mark} of ', p.patient_id) AS odd_key, 'mark {mark}' AS code_key, p.file_id, "
    "coalesce(d.day, d.typed) AS day FROM explorer_patient p JOIN explorer_home h ON h.key = p.key "
    "AND h.org_name IS NOT DISTINCT FROM p.org_name JOIN explorer_seen d ON d.org = h.org {marks} "
    "WHERE p.deleted = 0 AND {column} = 1"
)
_KEPT = "WHERE s.deleted = 0 AND s.patient IS NOT NULL"
_SELECTS = {
    "new_organisation": f"SELECT DISTINCT org, {CODE} AS code, NULL AS other_number, org_name AS name, "
    "'EMIS' AS supplier, 0 AS in_passing FROM explorer_home",
    "new_seen": "SELECT org, '' AS feed, 1 AS patients, day, typed FROM explorer_seen",
    "new_code": f"""
        SELECT {CLINICAL} AS dictionary, code_key, concept AS snomed, read2, NULL AS ctv3, NULL AS dmd, NULL AS bnf,
            local, term, 0 AS is_medicine, 0 AS in_passing FROM explorer_code_{CLINICAL}
        UNION ALL SELECT {DRUG}, code_key, NULL, NULL, NULL, concept, NULL, local, term, 1, 0 FROM explorer_code_{DRUG}
        UNION ALL SELECT {CLINICAL}, code_key, NULL, read2, NULL, NULL, NULL, NULL, term, 0, 0
        FROM explorer_marked_code
    """,
    "new_parent": f"SELECT {CLINICAL} AS dictionary, code_key, parent, 0 AS deleted FROM explorer_parent_{CLINICAL}",
    "new_patient": "SELECT h.org, p.* EXCLUDE (org_name), NULL AS gp, NULL AS usual_gp, NULL AS sms_consent, "
    "NULL AS address_2, NULL AS address_3, NULL AS address_4, NULL AS address_5 FROM explorer_patient p "
    "JOIN explorer_home h ON h.key = p.key AND h.org_name IS NOT DISTINCT FROM p.org_name WHERE p.deleted = 0",
    "new_event": f"""
        SELECT org, key, 0 AS deleted, odd_key, patient, {CLINICAL} AS dictionary, code_key, encounter, file_id, date,
            date_precision, recorded_on, value, unit, is_confidential FROM explorer_event
        UNION ALL SELECT org, key, 0, odd_key, patient, {CLINICAL}, code_key, NULL, file_id, day, 'day', day, NULL,
            NULL, 0 FROM explorer_marked
        UNION ALL SELECT org, CAST(md5(concat(odd_key, ', undated')) AS UUID), 0, concat(odd_key, ', undated'),
            patient, {CLINICAL}, code_key, NULL, file_id, NULL, 'unknown', NULL, NULL, NULL, 0 FROM explorer_marked
    """,
    "new_prescription": f"SELECT *, 0 AS deleted, {DRUG} AS dictionary FROM explorer_prescription",
    "new_course": f"SELECT *, {DRUG} AS dictionary FROM explorer_course",
}
_COURSE = (
    "SELECT {org} AS org, s.key, s.file_id, 0 AS deleted, s.patient, s.code AS code_key, "
    "coalesce(s.kind, 'unknown') AS kind, 0 AS is_confidential FROM explorer_drug_record s"
)
_SAFEST = {"patient": one_or("patient"), "code_key": one_or("code_key"), "kind": one_or("kind", "'unknown'")}


def deliver(con: duckdb.DuckDBPyConnection, is_older: bool, marks: set[str], notes: Notes) -> None:
    """Create every view, and say which rows share a key. Needs everything staged.

    `marks`: our words for the columns that the files have.
    """
    _write(con, "explorer_event", f"{_EVENT.format(org=ORG)} {OF_HOME} {key_join(CLINICAL)}", "observation", notes)
    issue = f"{_ISSUE.format(org=ORG, told=_TOLD[is_older])} {OF_HOME} {key_join(DRUG)}"
    _write(con, "explorer_prescription", issue, "medication" if is_older else "medication_issue_record", notes)
    con.execute(f"CREATE OR REPLACE TEMP TABLE explorer_course AS {_COURSE.format(org=ORG)} {OF_HOME} {_KEPT}")
    said = "A product or kind that differs is not known."
    keep_safest(con, "explorer_course", "org, key", "medication_drug_record", notes, _SAFEST, said)
    settle_patients(con, "explorer_patient", "coalesce(org_name, ''), key", "patient", notes)
    _mark_objections(con, is_older, marks)
    offer(con, _SELECTS)


def _write(con: duckdb.DuckDBPyConnection, table: str, select: str, what: str, notes: Notes) -> None:
    """The rows that count. Those that are deleted may cast doubt on others of their key."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {select} WHERE s.deleted = 1 OR s.patient IS NOT NULL")
    keep_all(con, table, "org, key", what, notes)
    con.execute(f"DELETE FROM {table} WHERE deleted = 1")
    con.execute(f"ALTER TABLE {table} DROP COLUMN deleted")


def _mark_objections(con: duckdb.DuckDBPyConnection, is_older: bool, marks: set[str]) -> None:
    """`explorer_marked`: objections stated as marks; `explorer_marked_code`: the codes they stand for."""
    con.execute("CREATE OR REPLACE TEMP TABLE explorer_marked_code (code_key VARCHAR, read2 VARCHAR, term VARCHAR)")
    con.execute(f"CREATE OR REPLACE TEMP TABLE explorer_marked AS {_MARKED.format(mark='', column='0', marks='')}")
    for mark, word, column, read2, term in _MARKS:
        if word in marks:
            con.execute("INSERT INTO explorer_marked_code VALUES (?, ?, ?)", [f"mark {mark}", read2, term])
            join = "JOIN explorer_mark m ON m.patient = p.key" if is_older else ""
            con.execute(f"INSERT INTO explorer_marked {_MARKED.format(mark=mark, column=column, marks=join)}")


_PATIENTS = {
    "patients: deleted by the supplier": "sum(deleted)",
    "patients: dates that cannot be read (a death or a departure counts as happened)": (
        "sum(date_faults) FILTER (deleted = 0)"
    ),
    "patients: said to have died without a date, counted as dead": "sum(death_undated) FILTER (deleted = 0)",
    "patients: said to be inactive without a date, counted as gone": "sum(end_undated) FILTER (deleted = 0)",
}
_ROWS = {
    "deleted by the supplier": "sum(deleted)",
    "that name no patient": "count(*) FILTER (deleted = 0 AND patient IS NULL)",
    "with a date that cannot be read, kept without it": (
        "count(*) FILTER ({kept} AND date_fault = 'date that cannot be read')"
    ),
    "with a date of a precision that is not known, kept without it": (
        "count(*) FILTER ({kept} AND date_fault = 'date of a precision that is not known')"
    ),
    "with a mark of deletion that cannot be read, kept as confidential": "count(*) FILTER ({kept} AND unclear = 1)",
    "with a concept id that cannot be one, read without it": "count(*) FILTER ({kept} AND odd_concept = 1)",
}


def count_rows_left(con: duckdb.DuckDBPyConnection, is_older: bool, notes: Notes) -> None:
    """Count into `notes.left_out`: patients, observations and medicines separately."""
    medicines = "medication courses" if is_older else "issues"
    count_left(con, notes, "explorer_patient", _PATIENTS)
    kept = "deleted = 0 AND patient IS NOT NULL"
    rows = (
        ("explorer_observation", "observations", kept),
        ("explorer_issue", medicines, f"{kept} AND dropped = 0"),
    )
    for stage, what, test in rows:
        counts = {f"{what}: {reason}": count.format(kept=test) for reason, count in _ROWS.items()}
        count_left(con, notes, stage, counts)
    dropped = f"{medicines}: {'never issued' if is_older else 'cancelled'}"
    count_left(con, notes, "explorer_issue", {dropped: f"count(*) FILTER ({kept} AND dropped = 1)"})


def count_national(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Warn about National Data Opt-outs. No table has a place for them, and whether they matter is for the study."""
    found = con.execute("SELECT coalesce(sum(opted_out), 0) FROM explorer_patient WHERE deleted = 0").fetchone()
    if found and found[0]:
        notes.warnings.append(
            f"{found[0]} patients have opted out nationally (is_national_data_opted_in = false). They are kept: "
            "whether that matters when a practice writes to its own patients is for the study to decide."
        )
