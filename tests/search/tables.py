"""Small tables for spec tests: people and rows as text, a rule as YAML, and the people it finds.

    events = '''
    person | code   | date       | role
    1      | pain   | 2026-01-05 |
    '''

Columns left out take the plain value: an exact date, recorded the same day, not confidential. Dates may be
`2026-01-05`, `2026-01` or `2026` (imprecise) or empty (unknown). Every spec runs on every engine (`conftest`).
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from textwrap import dedent

import pytest

from pipeline.rules.load import load_rule
from pipeline.rules.model import Rule
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.compile import Plan
from pipeline.search.engine import Engine
from pipeline.search.in_memory.find import Decision
from pipeline.search.input_tables import CodeUse
from pipeline.search.run import search
from tests.search.engines import SQL_ENGINES, complete, decide, open_database

# For tests that look into the tables of a search, and for those that need no search at all.
ON_SQL = pytest.mark.parametrize("engine", SQL_ENGINES, indirect=True)
ON_DUCKDB = pytest.mark.parametrize("engine", ["duckdb"], indirect=True)

chosen_engine = "duckdb"  # set by `conftest` for each test

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
    """A tiny extract, searched by one rule on the engine chosen. Codes are words: the names of their code lists.

    `made`: when the extract was, which is no earlier than the index date unless a test says so.
    """

    def __init__(self, folder: Path, rule: str, *, index: date = INDEX, made: date | None = None) -> None:
        self.rule = read_rule(folder, rule)
        self.index = index
        self.made = made or max(index, INDEX)
        self.codes: dict[tuple[str, str, str], int] = {}
        self.by_hand: ByHand = NOBODY
        self.rows: dict[str, list[dict[str, object]]] = {"patient": [], "event": [], "prescription": []}

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
            self.rows["patient"].append({**given, "patient_id": str(given["person_row"]), **row})
        return self

    def events(self, text: str) -> Spec:
        return self._clinical("event", "value", text)

    def prescriptions(self, text: str) -> Spec:
        return self._clinical("prescription", "quantity", text)

    def _clinical(self, table: str, amount: str, text: str) -> Spec:
        for row in rows(text):
            first, precision = day(row.get("date", ""))
            given: dict[str, object] = {
                "person_row": int(row["person"]),
                "code_id": self._code(row["code"], row.get("role", ""), row.get("meaning", "")),
                "date": first,
                "date_precision": precision,
                "recorded_on": day(row.get("recorded", ""))[0],
                "is_confidential": int(row.get("confidential", "") or 0),
                "source_file": 1,
                "source_key": f"{table}-{len(self.rows[table])}",
                "encounter": row.get("encounter") or None,
                "unit": row.get("unit") or None,
                amount: float(row["value"]) if row.get("value") else None,
            }
            self.rows[table].append(given)
        return self

    def _code(self, word: str, role: str, meaning: str) -> int:
        return self.codes.setdefault((word, role, meaning), len(self.codes) + 1)

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
            for (word, role, meaning), code_id in self.codes.items():
                if criterion.meanings_read and meaning not in criterion.meanings_read:
                    continue
                if word in selection.lists and (every or role in selection.roles):
                    found.append(CodeUse(number, code_id, role, meaning or None))
        if self.rule.in_work:
            number = len(self.rule.criteria) + 1
            lists = self.rule.in_work.codelists
            found += [CodeUse(number, code, role) for (word, role, _), code in self.codes.items() if word in lists]
        return found

    @property
    def practices(self) -> list[str]:
        return sorted({str(row["practice_id"]) for row in self.rows["patient"]})

    @cached_property
    def engine(self) -> Engine:
        """The database, on an SQL engine."""
        return open_database(chosen_engine, complete(self.rows, self.made))

    def run(self) -> Plan:
        """Search in `engine`, for tests that look into its tables."""
        return search(self.engine, self.rule, self.index, self.uses(), self.practices, self.by_hand)

    def decisions(self) -> dict[int, Decision]:
        tables = complete(self.rows, self.made)
        return decide(chosen_engine, self.rule, self.index, tables, self.uses(), self.practices, self.by_hand)

    def found(self) -> list[int]:
        return sorted(person for person, decision in self.decisions().items() if decision.listed)

    def work(self) -> dict[int, str]:
        return {person: decision.work for person, decision in self.decisions().items()}
