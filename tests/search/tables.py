"""Small tables for spec tests: people and rows as text, a rule as YAML, and the people it finds.

    events = '''
    person | code   | date       | role
    1      | pain   | 2026-01-05 |
    '''

Columns left out take the plain value: an exact date, recorded the same day, not confidential. Dates may be
`2026-01-05`, `2026-01` or `2026` (imprecise) or empty (unknown).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

import duckdb

from pipeline.rules.load import load_rule
from pipeline.rules.model import Rule
from pipeline.search.compile import Plan
from pipeline.search.decided import found_people, search
from pipeline.search.engine import fetch
from pipeline.search.prepare import CodeUse
from pipeline.tables import EVENT, PATIENT, PRESCRIPTION, TABLES, Table

INDEX = date(2026, 11, 20)

HEAD = """
rule: spec
version: 1
title: A spec
study: {name: Spec}
"""


def rows(text: str) -> list[dict[str, str]]:
    """An ASCII table as dicts."""
    lines = [line for line in dedent(text).strip().splitlines() if line.strip()]
    names, *values = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [dict(zip(names, cells, strict=True)) for cells in values]


def day(text: str) -> tuple[int | None, str]:
    """A written date as its first possible day and its precision."""
    precision = {0: "unknown", 4: "year", 7: "month", 10: "day"}[len(text)]
    padded = {4: f"{text}-01-01", 7: f"{text}-01", 10: text}.get(len(text))
    return (date.fromisoformat(padded).toordinal() if padded else None), precision


def read_rule(folder: Path, body: str) -> Rule:
    path = folder / "spec.yaml"
    path.write_text(HEAD + dedent(body), encoding="utf-8")
    return load_rule(path).rule


class Spec:
    """A tiny extract in DuckDB, searched by one rule. Codes are words: the names of their code lists."""

    def __init__(self, folder: Path, rule: str, *, index: date = INDEX) -> None:
        self.rule = read_rule(folder, rule)
        self.index = index
        self.codes: dict[tuple[str, str, str], int] = {}
        self.con = duckdb.connect()
        for table in TABLES:
            self.con.execute(table.create_sql())

    def people(self, text: str) -> Spec:
        """Columns of `patient`; `person` is the number, `born` the date of birth."""
        for row in rows(text):
            born, precision = day(row.pop("born", "1980-06-15"))
            died, since, until = (day(row.pop(name, ""))[0] for name in ("died", "since", "until"))
            given = {
                "person_row": int(row.pop("person")),
                "practice_id": row.pop("practice", "A"),
                "date_of_birth": born,
                "birth_precision": precision,
                "date_of_death": died,
                "registered_from": since or date(2010, 1, 1).toordinal(),
                "registered_to": until,
                "registration_type": row.pop("type", "regular"),
                "is_test": int(row.pop("test", "0") or 0),
                "is_restricted": 0,
            }
            self._insert(PATIENT, {**given, "patient_id": str(given["person_row"]), **row})
        return self

    def events(self, text: str) -> Spec:
        return self._clinical(EVENT, text)

    def prescriptions(self, text: str) -> Spec:
        return self._clinical(PRESCRIPTION, text)

    def _clinical(self, table: Table, text: str) -> Spec:
        for number, row in enumerate(rows(text)):
            first, precision = day(row.get("date", ""))
            given: dict[str, object] = {
                "person_row": int(row["person"]),
                "code_id": self._code(row["code"], row.get("role", ""), row.get("drug", "")),
                "date": first,
                "date_precision": precision,
                "recorded_on": day(row.get("recorded", ""))[0],
                "is_confidential": int(row.get("confidential", "") or 0),
                "source_file": 1,
                "source_key": f"{table.name}-{number}",
            }
            extra = {"kind": "unknown"} if table is PRESCRIPTION else {"encounter": row.get("encounter") or None}
            if row.get("value"):
                extra["quantity" if table is PRESCRIPTION else "value"] = row["value"]
            self._insert(table, {**given, **extra})
        return self

    def _code(self, word: str, role: str, drug: str) -> int:
        return self.codes.setdefault((word, role, drug), len(self.codes) + 1)

    def _insert(self, table: Table, row: dict[str, object]) -> None:
        names = [name for name in table.names if name in row]
        places = ", ".join("?" for _ in names)
        self.con.execute(
            f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", [row[name] for name in names]
        )

    def uses(self) -> list[CodeUse]:
        """A word that is the name of a code list counts wherever a criterion names the list."""
        found = []
        for number, criterion in enumerate(self.rule.criteria.values(), 1):
            selection = criterion.selection
            every = (
                not selection.roles
                or "certificates" in type(criterion).model_fields
                or "latest" in type(criterion).model_fields
            )
            for (word, role, drug), code_id in self.codes.items():
                if word in selection.lists and (every or role in selection.roles):
                    found.append(CodeUse(number, code_id, role, drug or None))
        if self.rule.in_work:
            number = len(self.rule.criteria) + 1
            lists = self.rule.in_work.codelists
            found += [CodeUse(number, code, role) for (word, role, _), code in self.codes.items() if word in lists]
        return found

    def run(self) -> Plan:
        practices = [row[0] for row in self.con.execute("SELECT DISTINCT practice_id FROM patient").fetchall()]
        return search(self.con, self.rule, self.index, self.uses(), sorted(practices))

    def found(self) -> list[int]:
        return found_people(self.con, self.run())

    def work(self) -> dict[int, str]:
        self.run()
        return {int(str(row["person_row"])): str(row["work"]) for row in fetch(self.con, "SELECT * FROM decision")}
