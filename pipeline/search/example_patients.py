"""Runs a rule over its invented patients, against answers worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.codes.code_index import read_code_index
from pipeline.codes.findings import not_known
from pipeline.codes.systems import System
from pipeline.errors import RuleError
from pipeline.rules.check import CheckedRule
from pipeline.rules.example_patients import InventedPatient, InventedPatients, InventedRow, load_patients
from pipeline.search.assumed_lengths import assumed_lengths, find_dependent
from pipeline.search.compile import Plan
from pipeline.search.engine import DuckDbEngine, empty_duckdb
from pipeline.search.in_work import STATES
from pipeline.search.inputs import resolve_rule
from pipeline.search.run import found_people, search
from pipeline.tables import CODE, EVENT, PATIENT, PRACTICE, PRESCRIPTION, TABLES, Table

INVENTED = "INVENTED"
CodeKey = tuple[System, str, bool]  # system, code, whether it is a medicine

HOW_TO_BEGIN = """\
A rule is tested on invented patients: small records whose answers you work out by hand. Write them there, for example:

rule: {rule}
index_date: 2026-11-20
patients:
  - {{name: Has pain, expect: listed, because: "2 days ago", events: [{{code: "82423001", date: 2026-11-18}}]}}
  - {{name: Has died, expect: alive, because: "the day before", died: 2026-11-19}}"""


@dataclass(frozen=True)
class Difference:
    """An invented patient who gets another answer from the rule than was worked out."""

    patient: str
    expected: str
    found: str
    because: str

    def __str__(self) -> str:
        return f"{self.patient}: expected {self.expected}, found {self.found}"


def patients_path(checked: CheckedRule) -> Path:
    """Where a rule's invented patients lie: `<rule>.patients.yaml` beside the rule's file."""
    path = checked.loaded.source.path
    return path.with_name(f"{path.stem}.patients.yaml")


def load_beside(checked: CheckedRule) -> InventedPatients:
    """A rule's invented patients. Raises RuleError when there are none, or none of this rule."""
    path, rule = patients_path(checked), checked.loaded.rule
    if not path.is_file():
        raise RuleError(f"{path}: there is no such file. {HOW_TO_BEGIN.format(rule=rule.rule)}")
    invented = load_patients(path)
    if invented.rule != rule.rule:
        raise RuleError(f"{path.name}: these patients were made for the rule '{invented.rule}', not for '{rule.rule}'")
    return invented


def run_invented(checked: CheckedRule, invented: InventedPatients) -> list[Difference]:
    """What differs from the expected answers; nothing, if all is well."""
    with _searched(checked, invented) as (engine, plan):
        decided = engine.fetch(f"SELECT person_row, passed, work FROM {plan.table('decision')}")
    answers = {person: _answer(plan, passed, work) for person, passed, work in decided}
    _check_answers(plan, invented)
    expected = [f"{patient.expect}, work {patient.in_work}" for patient in invented.patients]
    return [
        Difference(patient.name, expected[n], answers[n], patient.because)
        for n, patient in enumerate(invented.patients)
        if expected[n] != answers[n]
    ]


def say_dependent(checked: CheckedRule) -> Iterator[str]:
    """How many of the invented patients listed depend on an assumed length; nothing if the rule assumes none."""
    if not assumed_lengths(checked.loaded.rule) or not patients_path(checked).is_file():
        return
    with _searched(checked, load_beside(checked)) as (engine, plan):
        listed = found_people(engine, plan)
        dependent = find_dependent(engine, plan, listed)
    yield (
        f"Of the {len(listed)} invented patients this rule lists, {len(dependent)} would not be listed if it said "
        "'assume: none'. A search counts this among its own names, and 'casefinder extract inspect' for each rule."
    )


@contextmanager
def _searched(checked: CheckedRule, invented: InventedPatients) -> Iterator[tuple[DuckDbEngine, Plan]]:
    """A search for the invented patients, with its tables still there."""
    engine = empty_duckdb()
    with closing(engine.con):
        for table in TABLES:
            engine.con.execute(table.create_sql())
        _insert(engine, PRACTICE, {"practice_id": INVENTED, "extract_date": invented.index_date.toordinal()})
        _write(engine, invented.patients)
        uses = [use for criterion in resolve_rule(checked, read_code_index(engine.con)) for use in criterion.uses()]
        yield engine, search(engine, checked.loaded.rule, invented.index_date, uses, [INVENTED])


def first_difference(checked: CheckedRule, differences: Sequence[Difference]) -> str:
    """The first of some differences, in full, and how many more there are."""
    first, others = differences[0], len(differences) - 1
    more = f"\nOther wrong answers: {others}." if others else ""
    return (
        f"{patients_path(checked).name}: the rule does not give the expected answer for '{first.patient}'.\n"
        f"Expected: {first.expected}\nFound: {first.found}\nBecause: {first.because}{more}"
    )


def _check_answers(plan: Plan, invented: InventedPatients) -> None:
    """Only an answer that the rule can give may be expected."""
    outcomes = ("listed", *(stage.key for stage in plan.stages))
    for patient in invented.patients:
        for what, said, known in (("answer", patient.expect, outcomes), ("work", patient.in_work, STATES)):
            if said not in known:
                raise RuleError(f"The invented patient '{patient.name}': {not_known(what, said, known)}")


def _answer(plan: Plan, passed: int, work: str) -> str:
    outcome = "listed" if passed == len(plan.stages) else plan.stages[passed].key
    return f"{outcome}, work {work}"


def _write(engine: DuckDbEngine, patients: Iterable[InventedPatient]) -> None:
    codes: dict[CodeKey, int] = {}
    for person, patient in enumerate(patients):
        _insert(engine, PATIENT, _person(person, patient))
        for table, rows in ((EVENT, patient.events), (PRESCRIPTION, patient.prescriptions)):
            for number, row in enumerate(rows):
                key: CodeKey = (row.system, row.code, table is PRESCRIPTION)
                code_id = codes.setdefault(key, len(codes) + 1)
                _insert(engine, table, _row(person, f"{table.name} {number}", row, code_id, table))
    for key, code_id in codes.items():
        _insert(engine, CODE, _code(key, code_id))


def _person(person: int, patient: InventedPatient) -> dict[str, object]:
    born, precision = first_day(patient.born)
    return {
        "person_row": person,
        "practice_id": INVENTED,
        "patient_id": str(person),
        "date_of_birth": born,
        "birth_precision": precision,
        "sex": patient.sex or None,
        "date_of_death": _ordinal(patient.died),
        "registered_from": _ordinal(patient.registered),
        "registered_to": _ordinal(patient.left),
        "registration_type": patient.type,
        "is_test": int(patient.test),
        "is_restricted": 0,
    }


def _row(person: int, key: str, row: InventedRow, code_id: int, table: Table) -> dict[str, object]:
    day, precision = first_day(row.date)
    common: dict[str, object] = {
        "person_row": person,
        "code_id": code_id,
        "date": day,
        "date_precision": precision,
        "recorded_on": _ordinal(row.recorded),
        "is_confidential": int(row.confidential),
        "source_file": 0,
        "source_key": f"{person} {key}",
    }
    if table is PRESCRIPTION:
        return {**common, "kind": "unknown"}
    return {**common, "value": row.value, "encounter": row.encounter}


def _code(key: CodeKey, code_id: int) -> dict[str, object]:
    """A code of the invented extract. A medicine's name is its term; a Read code has a term code, as in an extract."""
    system, code, is_medicine = key
    as_written = f"{code}00" if system == "read2" and len(code) == 5 else code
    written = {"term": code} if system == "name" else {system: as_written, "term": code}
    return {"code_id": code_id, "is_medicine": int(is_medicine), **written}


def first_day(moment: str) -> tuple[int | None, str]:
    """A day, month or year as written, or nothing, as its first possible day and its precision."""
    precision = {0: "unknown", 4: "year", 7: "month", 10: "day"}[len(moment)]
    if not moment:
        return None, precision
    return date.fromisoformat(f"{moment}-01-01"[:10]).toordinal(), precision


def _ordinal(day: date | None) -> int | None:
    return day.toordinal() if day else None


def _insert(engine: DuckDbEngine, table: Table, row: Mapping[str, object]) -> None:
    names = ", ".join(row)
    places = ", ".join("?" for _ in row)
    engine.con.execute(f"INSERT INTO {table.name} ({names}) VALUES ({places})", list(row.values()))
