"""The rows of the record behind each true criterion, for the people in a table `chosen(person_row)`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import duckdb

from pipeline.rules.criteria import CertificatesCriterion, LatestCriterion
from pipeline.search.compile import Plan
from pipeline.search.doubt.readings import Variant
from pipeline.search.engine import fetch, fill, run_steps
from pipeline.search.evidence_text import EvidenceRow, Spell
from pipeline.search.kinds.certificates import counting_spell
from pipeline.search.role_numbers import role_list
from pipeline.search.step import Step

COLUMNS = (
    "person_row", "criterion", "role", "code_id", "first_day", "last_day", "amount", "encounter", "is_confidential",
    "source_file", "source_key",
)  # fmt: skip
IN_WORK = 0  # stands in place of a variant's number for rows about employment


def evidence_steps(plan: Plan) -> tuple[Step, ...]:
    """Steps `evidence` (a row per row of the record) and `spell_evidence` (a row per spell that counts)."""
    parts = [_rows(plan, variant) for variant in plan.variants]
    if plan.rule.in_work:
        parts.append(_work_rows())
    spells = [_long_spells(plan, v) for v in plan.variants if isinstance(v.criterion, CertificatesCriterion)]
    none = "SELECT 0 AS variant, 0 AS person_row, 0 AS starts, 0 AS ends, 0 AS notes, 0 AS assumed WHERE 1 = 0"
    return (
        Step("spell_evidence", " UNION ALL ".join(spells or [none])),
        Step("evidence", " UNION ALL ".join(parts)),
    )


def _rows(plan: Plan, variant: Variant) -> str:
    match variant.criterion:
        case CertificatesCriterion():
            return _note_rows(variant, role_list(variant.criterion.selection.roles, plan.roles))
        case LatestCriterion() as criterion:
            return _newest_rows(variant, role_list(criterion.latest.roles, plan.roles))
        case _:
            return _select(variant, "matched", f"h.variant = {variant.number}")


def _select(variant: Variant, table: str, condition: str) -> str:
    columns = ", ".join(f"h.{column}" for column in COLUMNS)
    return (
        f"SELECT {variant.number} AS variant, {columns} FROM {table} h "
        "JOIN chosen c ON c.person_row = h.person_row "
        f"JOIN met m ON m.person_row = h.person_row AND m.variant = {variant.number} WHERE {condition}"
    )


def _newest_rows(variant: Variant, wanted: str) -> str:
    """The newest rows with the role that decided."""
    newest = (
        "SELECT person_row, MAX(COALESCE(last_day, 0)) AS newest FROM matched "
        f"WHERE variant = {variant.number} AND role IN ({wanted}) GROUP BY person_row"
    )
    table = f"(SELECT x.* FROM matched x JOIN ({newest}) y ON y.person_row = x.person_row "
    table += "AND COALESCE(x.last_day, 0) = y.newest)"
    return _select(variant, table, f"h.variant = {variant.number} AND h.role IN ({wanted})")


def _note_rows(variant: Variant, roles: str) -> str:
    """The notes of the spells that count. Against a person, undated notes count too."""
    spell = f"SELECT * FROM spell_evidence WHERE variant = {variant.number}"
    notes = (
        f"SELECT x.*, s.starts AS counted FROM hits x "
        f"LEFT JOIN notes_v{variant.number} n ON n.person_row = x.person_row "
        "AND n.source_file = x.source_file AND n.source_key = x.source_key "
        f"LEFT JOIN ({spell}) s ON s.person_row = n.person_row AND n.starts BETWEEN s.starts AND s.ends "
        f"WHERE x.criterion = {variant.criterion_number} AND x.left_out = ''"
    )
    undated = f" OR (h.first_day IS NULL AND h.role IN ({roles}))" if variant.reading == "against" else ""
    return _select(variant, f"({notes})", f"(h.counted IS NOT NULL{undated})")


def _long_spells(plan: Plan, variant: Variant) -> str:
    assert isinstance(variant.criterion, CertificatesCriterion)
    return (
        f"SELECT {variant.number} AS variant, s.person_row, s.starts, s.ends, s.notes, s.assumed "
        f"FROM spells_v{variant.number} s JOIN chosen c ON c.person_row = s.person_row "
        f"WHERE {counting_spell(variant.criterion, plan.index)}"
    )


def _work_rows() -> str:
    """The rows that decided what the record says of work: the newest of the sides."""
    columns = ", ".join(f"h.{column}" for column in COLUMNS)
    newest = "SELECT person_row, MAX(newest) AS newest FROM work_rows GROUP BY person_row"
    return (
        f"SELECT {IN_WORK} AS variant, {columns} FROM work_rows h JOIN chosen c ON c.person_row = h.person_row "
        f"JOIN ({newest}) n ON n.person_row = h.person_row AND n.newest = h.newest"
    )


def gather(
    con: duckdb.DuckDBPyConnection, plan: Plan, people: Iterable[int]
) -> tuple[dict[int, list[EvidenceRow]], dict[int, list[Spell]]]:
    """The rows and the spells behind these people's true criteria, by `person_row`. Leaves `evidence` in `con`."""
    fill(con, "chosen", ("person_row BIGINT",), [(person,) for person in people])
    run_steps(con, evidence_steps(plan))
    return _read_rows(con, plan), _read_spells(con)


def _read_rows(con: duckdb.DuckDBPyConnection, plan: Plan) -> dict[int, list[EvidenceRow]]:
    names = {number: role for role, number in plan.roles.items()}
    rows: dict[int, list[EvidenceRow]] = defaultdict(list)
    sql = (
        "SELECT e.person_row, e.variant, e.role, COALESCE(c.term, 'no term') AS term, e.first_day, e.last_day, "
        "e.is_confidential, f.file, e.source_key FROM evidence e LEFT JOIN code c ON c.code_id = e.code_id "
        "LEFT JOIN source_file f ON f.file_id = e.source_file "
        "ORDER BY e.person_row, e.variant, e.first_day, e.source_file, e.source_key"
    )
    for person, variant, role, term, first, last, hidden, file, key in con.execute(sql).fetchall():
        rows[person].append(EvidenceRow(variant, names[role], term, first, last, bool(hidden), file, key))
    return rows


def _read_spells(con: duckdb.DuckDBPyConnection) -> dict[int, list[Spell]]:
    spells: dict[int, list[Spell]] = defaultdict(list)
    for row in fetch(con, "SELECT * FROM spell_evidence ORDER BY person_row, variant, starts"):
        variant, person, starts, ends, notes, assumed = (int(str(value)) for value in row.values())
        spells[person].append(Spell(variant, starts, ends, notes, assumed))
    return spells
