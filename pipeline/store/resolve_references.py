"""What a delivery's rows take from other rows: their numbers, and what their encounter and course say about them.

Leaves the temporary tables of a segment, `segment_<table>`, except the two big ones, which `segment_writer` makes.
"""

from __future__ import annotations

import duckdb

from pipeline.store.history_sql import hidden_encounters, live_courses
from pipeline.store.segment_tables import COURSE, DETAILS, ENCOUNTER, KEPT, NO_CODE, KeptTable

_OWNED = (
    "SELECT n.*, o.org_row, coalesce(p.person_row, 0) AS person_row, $seq AS seq FROM new_{table} n "
    "JOIN organisation_of o ON o.org = n.org LEFT JOIN person_of p ON p.org_row = o.org_row AND p.key = n.patient "
)
# From a delivered table, with our numbers. `seq` is the delivery's.
_FROM_NEW = {
    "organisation_id": "SELECT org, org_row FROM new_organisation_id",
    "person_id": "SELECT org_row, key, person_row FROM new_person_id",
    "code_id": "SELECT dictionary, code_key, code_id FROM new_code_id",
    "organisation": "SELECT *, $seq AS seq FROM new_organisation JOIN organisation_of USING (org) "
    "WHERE in_passing = 0 OR org_row NOT IN (SELECT org_row FROM kept_organisation)",
    "agreement": "SELECT *, $seq AS seq FROM new_agreement JOIN organisation_of USING (org)",
    "seen": "SELECT *, $seq AS seq FROM new_seen JOIN organisation_of USING (org)",
    "staff": "SELECT *, $seq AS seq FROM new_staff JOIN organisation_of USING (org)",
    # A map of CTV3 to Read codes comes once: a code named in passing takes its Read code from that map.
    "code": """
        SELECT n.* REPLACE (coalesce(n.read2, m.read2) AS read2), c.code_id, $seq AS seq
        FROM new_code n JOIN code_of c ON c.dictionary = n.dictionary AND c.code_key = n.code_key
        LEFT JOIN (SELECT ctv3, min(read2) AS read2 FROM kept_code GROUP BY ctv3) m
            ON m.ctv3 = n.ctv3 AND n.in_passing = 1
        WHERE n.in_passing = 0 OR c.code_id NOT IN (SELECT code_id FROM kept_code)
    """,
    "code_parent": f"""
        SELECT c.code_id, coalesce(p.code_id, {NO_CODE}) AS parent_id, deleted, $seq AS seq FROM new_parent n
        JOIN code_of c ON c.dictionary = n.dictionary AND c.code_key = n.code_key
        LEFT JOIN code_of p ON p.dictionary = n.dictionary AND p.code_key = n.parent
    """,
    "patient": "SELECT *, $seq AS seq FROM new_patient JOIN organisation_of USING (org) "
    "JOIN person_of USING (org_row, key)",
    "departure": "SELECT person_row, $seq AS seq FROM new_departure JOIN organisation_of USING (org) "
    "JOIN person_of USING (org_row, key)",
    "course": "SELECT n.*, o.org_row, coalesce(p.person_row, 0) AS person_row, coalesce(c.code_id, 0) AS code_id, "
    "$seq AS seq FROM new_course n JOIN organisation_of o ON o.org = n.org "
    "LEFT JOIN person_of p ON p.org_row = o.org_row AND p.key = n.patient "
    "LEFT JOIN code_of c ON c.dictionary = n.dictionary AND c.code_key = n.code_key",
    # An organisation that is new to the store has no rows that these could replace.
    "encounter": _OWNED.format(table="encounter") + "LEFT JOIN kept_organisation_id k ON k.org = n.org "
    "WHERE k.org IS NOT NULL OR (is_confidential = 1 AND deleted = 0)",
    **{name: _OWNED.format(table=name) for name in DETAILS},
    "gone_event": "SELECT *, $seq AS seq FROM new_event JOIN kept_organisation_id USING (org)",
    "gone_prescription": "SELECT *, $seq AS seq FROM new_prescription JOIN kept_organisation_id USING (org)",
    "source_file": "SELECT * FROM source_file",
    "reject": "SELECT *, $seq AS seq FROM reject",
}


def fill_small_tables(con: duckdb.DuckDBPyConnection, seq: int) -> None:
    """Fill every table except events and prescriptions."""
    for name, select in _FROM_NEW.items():
        table = KEPT[name]
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE segment_{name} AS SELECT {_typed(table)} FROM ({select}) "
            f"ORDER BY {table.order}",
            {"seq": seq} if "$seq" in select else {},
        )


def replace_everything(con: duckdb.DuckDBPyConnection, seq: int, feed: str) -> None:
    """Apply a full extract of a feed: everyone its practices had before has left, unless the extract names them."""
    values = {"seq": seq, "feed": feed}
    own = "SEMI JOIN (SELECT org_row FROM kept_seen WHERE feed = $feed) f ON f.org_row = k.org_row"
    con.execute(
        f"INSERT INTO segment_departure SELECT person_row, $seq FROM kept_person_id k {own} "
        "WHERE person_row NOT IN (SELECT person_row FROM segment_departure)",
        values,
    )
    con.execute(
        "INSERT INTO segment_patient BY NAME SELECT DISTINCT person_row, org_row, 1 AS deleted, $seq AS seq "
        f"FROM kept_patient k {own} WHERE person_row NOT IN (SELECT person_row FROM segment_patient)",
        values,
    )
    for table in ("encounter", "course"):
        con.execute(
            f"INSERT INTO segment_{table} BY NAME SELECT DISTINCT org_row, key, 0 AS person_row, 1 AS deleted, "
            "0 AS is_confidential, "
            f"$seq AS seq FROM kept_{table} k {own} "
            f"ANTI JOIN segment_{table} n ON n.org_row = k.org_row AND n.key = k.key",
            values,
        )


def find_present(con: duckdb.DuckDBPyConnection) -> None:
    """`present`: the people who have a patient row once the delivery is applied."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE present AS SELECT person_row FROM ("
        "SELECT person_row, seq, deleted FROM kept_patient UNION ALL SELECT person_row, seq, deleted "
        "FROM segment_patient) GROUP BY person_row HAVING arg_max(deleted, seq) = 0"
    )


def find_bindings(con: duckdb.DuckDBPyConnection) -> None:
    """`hidden_encounter`, and `bound_course`: the current state of each course that an issue of the delivery names."""
    departures = _both(KEPT["departure"])
    hidden = hidden_encounters(_both(ENCOUNTER), departures)
    con.execute(f"CREATE OR REPLACE TEMP TABLE hidden_encounter AS {hidden}")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE needed_course AS SELECT DISTINCT org_row, course AS key "
        "FROM new_prescription JOIN organisation_of USING (org) WHERE deleted = 0 AND course IS NOT NULL"
    )
    rows = f"(SELECT r.* FROM {_both(COURSE)} r SEMI JOIN needed_course n ON n.org_row = r.org_row AND n.key = r.key)"
    con.execute(f"CREATE OR REPLACE TEMP TABLE bound_course AS {live_courses(rows, departures)}")


def _both(table: KeptTable) -> str:
    columns = ", ".join(table.columns)
    return f"(SELECT {columns} FROM kept_{table.name} UNION ALL SELECT {columns} FROM segment_{table.name})"


def _typed(table: KeptTable) -> str:
    return ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in table.columns.items())
