"""Opens a store for a search: the small canonical tables at once, events and prescriptions of the codes asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipeline.extracts.model import Extract, Nouns, SourceFile
from pipeline.store.current_sql import fill_numbers, live_sql, settle_changes, settled_events, settled_prescriptions
from pipeline.store.manifest import Manifest, read_nouns
from pipeline.store.patient_details import COLUMNS, JOINS, settle_details
from pipeline.store.possible_days import AS_GIVEN, create_patients, say_impossible_patients
from pipeline.store.practices import fill_practices
from pipeline.store.pseudonyms import GAPS as PSEUDONYM_GAPS
from pipeline.store.segment_tables import NO_CODE
from pipeline.store.views import attach
from pipeline.tables import EVENT, PATIENT, PRACTICE, PRESCRIPTION, Table

_SMALL = (
    """
    CREATE TABLE code AS SELECT code_id, snomed, read2, ctv3, dmd, bnf, local, term, is_medicine FROM live_code
    ORDER BY code_id
    """,
    # A code or a parent that the dictionary does not list is ignored.
    """
    CREATE TABLE code_parent AS SELECT p.code_id, p.parent_id FROM live_parent p
    SEMI JOIN live_code c ON c.code_id = p.code_id SEMI JOIN live_code a ON a.code_id = p.parent_id
    ORDER BY 1, 2
    """,
    "CREATE TABLE source_file AS SELECT * FROM kept_source_file ORDER BY file_id",
    "CREATE TABLE reject AS SELECT file, line, reason FROM kept_reject",
)
_FROM_PATIENT = {
    **COLUMNS,
    "practice_id": "o.practice_id",
    "usual_gp": "coalesce(p.usual_gp, s.name)",
    # Anyone recorded as dead had died by the day of the extract: a later date of death is a typing error.
    "date_of_death": "CASE WHEN p.date_of_death > e.extract_date THEN e.extract_date ELSE p.date_of_death END",
}
_STAFF = (
    "(SELECT r.org_row, r.key, r.name FROM kept_staff r "
    "ANTI JOIN later_staff l ON l.org_row = r.org_row AND l.key = r.key AND l.seq > r.seq)"
)
_KEY = "coalesce(r.odd_key, '{' || upper(CAST(r.key AS VARCHAR)) || '}')"
_FROM_ROW = {
    "code_id": "k.code_id",
    "encounter": "upper(CAST(r.encounter AS VARCHAR))",
    "course": "upper(CAST(r.course AS VARCHAR))",
    "source_file": "r.file_id",
    "source_key": _KEY,
}
_FROM_EVENT = {**_FROM_ROW, "is_confidential": "CAST(r.is_confidential = 1 OR r.hidden = 1 AS TINYINT)"}
_FROM_PRESCRIPTION = {
    **_FROM_ROW,
    "kind": "coalesce(r.kind, r.course_kind, 'unknown')",
    "is_confidential": "CAST(greatest(r.is_confidential, r.hidden, r.course_hidden) = 1 AS TINYINT)",
}


@dataclass(frozen=True)
class Opened:
    """A store that is open in a database. `extract` describes all its deliveries together."""

    store: Path
    manifest: Manifest
    extract: Extract


def open_store(con: duckdb.DuckDBPyConnection, store: Path, manifest: Manifest) -> Opened:
    """Create every canonical table but `event` and `prescription`, which `load_rows` fills. `patient` is a view.

    Raises ExtractError if no practice may be used.
    """
    attach(con, store, manifest)
    settle_changes(con)
    con.execute(PRACTICE.create_sql())
    warnings = fill_practices(con, manifest)
    for sql in _SMALL:
        con.execute(sql)
    settle_details(con)
    columns = _select(PATIENT, "p", _FROM_PATIENT)
    con.execute(
        f"CREATE VIEW {AS_GIVEN} AS SELECT {columns} FROM live_patient p JOIN practice_of o ON o.org_row = p.org_row "
        "JOIN practice e ON e.practice_id = o.practice_id "
        f"LEFT JOIN {_STAFF} s ON s.org_row = p.org_row AND s.key = p.gp {JOINS}"
    )
    create_patients(con)
    warnings += say_impossible_patients(con)
    con.execute("CREATE TEMP TABLE known_person AS SELECT person_row FROM patient")
    return Opened(store, manifest, _account(manifest, warnings))


def load_rows(con: duckdb.DuckDBPyConnection, opened: Opened, codes: Iterable[int] | None = None) -> Extract:
    """Fill `event` and `prescription` with the rows of these codes (None: all), and complete the extract's account.

    Rows without a code that the dictionary lists are loaded too, because they are counted.
    """
    nouns = opened.extract.nouns
    _choose_codes(con, codes, nouns)
    some = "" if codes is None else "SEMI JOIN wanted_code w ON w.code_id = r.code_id"
    known = "SEMI JOIN known_person n ON n.person_row = r.person_row"
    _load(con, EVENT, settled_events("kept_event", f"{some} {known}"), "r.code_id", _FROM_EVENT, "")
    code = f"CASE WHEN r.code_id = {NO_CODE} THEN r.course_code ELSE r.code_id END"
    asked = "" if codes is None else f"WHERE {code} IN (SELECT code_id FROM wanted_code)"
    rows = settled_prescriptions("kept_prescription", f"{some} {known}")
    _load(con, PRESCRIPTION, rows, code, _FROM_PRESCRIPTION, asked)
    left_out = Counter(opened.extract.left_out) + _count_left(con, nouns)
    return replace(opened.extract, left_out={reason: count for reason, count in sorted(left_out.items()) if count})


def _choose_codes(con: duckdb.DuckDBPyConnection, codes: Iterable[int] | None, nouns: Nouns) -> None:
    """`wanted_code`: the codes asked for, and those no dictionary lists. A row without a code may have its course's."""
    fill_numbers(con, "wanted_code", "code_id", {NO_CODE, *(codes or ())})
    if nouns.tells_codes:
        con.execute(
            "INSERT INTO wanted_code SELECT code_id FROM kept_code_id WHERE code_id NOT IN (SELECT code_id FROM code)"
        )


def _load(
    con: duckdb.DuckDBPyConnection, table: Table, rows: str, code: str, source: dict[str, str], asked: str
) -> None:
    con.execute(
        f"CREATE TABLE {table.name} AS SELECT {_select(table, 'r', source)} FROM ({rows}) r "
        f"LEFT JOIN code k ON k.code_id = {code} {asked}"
    )


def _select(table: Table, alias: str, source: dict[str, str]) -> str:
    return ", ".join(f"{source.get(name, f'{alias}.{name}')} AS {name}" for name in table.names)


_WAITING = """
    SELECT CASE WHEN EXISTS (SELECT 1 FROM kept_departure d WHERE d.person_row = r.person_row)
        THEN 'of deleted patients' ELSE 'whose patient is not in the extract' END, count(*)
    {live} WHERE r.person_row NOT IN (SELECT person_row FROM live_patient) GROUP BY 1
"""
_UNUSABLE = """
    SELECT 'of practices that may not be used', count(*)
    {live} WHERE r.person_row IN (SELECT person_row FROM live_patient ANTI JOIN practice_of USING (org_row))
"""
_UNLISTED = "SELECT 'with a code not in the dictionary, kept', count(*) FROM {table} WHERE code_id IS NULL"


def _count_left(con: duckdb.DuckDBPyConnection, nouns: Nouns) -> Counter[str]:
    """How many rows of the store no search sees, by reason."""
    left = Counter[str]()
    patients = con.execute(
        "SELECT count(*) - count(o.org_row), coalesce(sum(is_test) FILTER (o.org_row IS NOT NULL), 0) "
        "FROM live_patient LEFT JOIN practice_of o USING (org_row)"
    ).fetchone()
    unusable, dummies = patients or (0, 0)
    left[f"{nouns.patient}: of practices that may not be used"] = unusable
    left[f"{nouns.patient}: dummy patients, kept and marked"] = int(dummies)
    for table, noun in (("event", nouns.event), ("prescription", nouns.prescription)):
        queries = [_WAITING.format(live=live_sql(table, f"kept_waiting_{table}"))]
        queries += [_UNUSABLE.format(live=live_sql(table, f"kept_{table}"))] if unusable else []
        queries += [_UNLISTED.format(table=table)] if nouns.tells_codes else []
        for query in queries:
            for reason, count in con.execute(query).fetchall():
                left[f"{noun}: {reason}"] += count
    return left


def _account(manifest: Manifest, warnings: list[str]) -> Extract:
    """All deliveries that still count, as one extract; a sentence that several of them have appears once."""
    speaking = manifest.speaking()
    left_out = Counter[str]()
    for each in speaking:
        left_out.update(each.left_out)
    newest, own = manifest.applied[-1], PSEUDONYM_GAPS if manifest.is_pseudonymised else ()
    return Extract(
        newest.format,
        newest.version,
        tuple(SourceFile(**file.model_dump(exclude={"bytes"})) for each in speaking for file in each.files),
        dict(left_out),
        tuple(dict.fromkeys((*(gap for each in speaking for gap in each.gaps), *own))),
        (*dict.fromkeys(warning for each in speaking for warning in each.warnings), *warnings),
        read_nouns(manifest),
        manifest.pseudonymised_because,
        {},
    )
