"""Every meaning of every shipped list, coded in each system: whoever it is coded for is found, or kept off, alike.

The patients come from the lists themselves, one for each row. One search for each code system asks for them all. An
EMIS or Aurum extract carries SNOMED and Read v2, SystmOne CTV3 and SNOMED, OMOP SNOMED, the plain format whichever it
is given: they all become the same table of codes, which is where these tests begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from pipeline.codes.code_index import CodeIndex, CodeRow
from pipeline.codes.codelist import available, load
from pipeline.codes.entries import Entry
from pipeline.codes.meanings import by_meaning, claimed
from pipeline.codes.systems import SYSTEMS, System
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.load import load_rule
from pipeline.search.inputs import resolve_rule
from tests.search.engines import complete, decide

INDEX = date(2026, 11, 20)
CODED: tuple[System, ...] = ("snomed", "read2", "ctv3")
MEDICINES = ("opioids", "gabapentinoids", "opioid-substitution")
INCLUDED, EXCLUDED = (
    ("chronic-pain", "painful-condition"),
    ("cancer", "palliative", "research-contact", "type-1-dissent"),
)
AGAINST = {None, "palliative", "declined", "dissent"}
Row = tuple[str, str, date]  # system, code, day


@dataclass(frozen=True)
class Extract:
    """People as rows of codes: what a practice's records look like once they have been read."""

    people: Sequence[Sequence[Row]]

    @property
    def codes(self) -> list[tuple[str, str]]:
        return sorted({(system, code) for rows in self.people for system, code, _ in rows})

    def dictionary(self) -> CodeIndex:
        return CodeIndex.build([_code_row(n, *key) for n, key in enumerate(self.codes, 1)], [])

    def tables(self) -> Mapping[str, list[dict[str, object]]]:
        numbers = {key: n for n, key in enumerate(self.codes, 1)}
        clinical: dict[str, list[dict[str, object]]] = {"event": [], "prescription": []}
        for person, rows in enumerate(self.people):
            for system, code, day in rows:
                table = "prescription" if system == "name" else "event"
                clinical[table].append(_clinical(person, numbers[system, code], day))
        return complete({"patient": [_patient(n) for n in range(len(self.people))], **clinical}, INDEX)

    def listed(self, checked: CheckedRule) -> list[bool]:
        uses = [use for one in resolve_rule(checked, self.dictionary()) for use in one.uses()]
        found = decide("in_memory", checked.loaded.rule, INDEX, self.tables(), uses, ["A"])
        return [found[person].listed for person in range(len(self.people))]


def _code_row(number: int, system: str, code: str) -> CodeRow:
    written = {system: f"{code}00" if system == "read2" and len(code) == 5 else code}
    snomed, read2, ctv3, dmd, bnf = (written.get(one) for one in ("snomed", "read2", "ctv3", "dmd", "bnf"))
    return number, snomed, read2, ctv3, dmd, bnf, None, code, int(system == "name")


def _patient(number: int) -> dict[str, object]:
    born = date(1980, 6, 15).toordinal()
    return {
        "person_row": number,
        "practice_id": "A",
        "date_of_birth": born,
        "birth_precision": "day",
        "registered_from": date(2010, 1, 1).toordinal(),
        "registration_type": "regular",
        "is_test": 0,
    }


def _clinical(person: int, code: int, day: date) -> dict[str, object]:
    return {
        "person_row": person,
        "code_id": code,
        "date": day.toordinal(),
        "date_precision": "day",
        "is_confidential": 0,
    }


def every_entry(system: System, names: Iterable[str]) -> Iterator[tuple[str, Entry]]:
    for name in names:
        yield from ((name, entry) for entry in load(name).entries if entry.system == system)


def rule_of_every_list(folder: Path) -> CheckedRule:
    """One criterion for each list."""
    path = folder / "every.yaml"
    criteria = "".join(
        f"  {name.replace('-', '_')}:\n    {'prescriptions' if name in MEDICINES else 'events'}: {{codelist: {name}}}\n"
        for name in available()
    )
    everything = ", ".join(name.replace("-", "_") for name in available())
    path.write_text(
        "rule: every\nversion: 1\ntitle: Every list\nstudy: {name: Test}\n"
        "population: {age: {from: 18, to: 64}}\n"
        f"criteria:\n{criteria}include: {{any: [{everything}]}}\n",
        encoding="utf-8",
    )
    return check_rule(load_rule(path))


@pytest.mark.parametrize("system", [system for system in SYSTEMS if system not in ("bnf", "dmd")])
def test_a_patient_with_any_row_of_any_list_is_found_by_that_list(system: System, tmp_path: Path) -> None:
    checked = rule_of_every_list(tmp_path)
    rows = [
        (name, entry)
        for name, entry in every_entry(system, available())
        if (name in MEDICINES) == (system == "name")  # Read codes and ids of medicines only show that they work
    ]
    extract = Extract([[(entry.system, entry.code, date(2026, 1, 1))] for _, entry in rows])
    uses = [use for one in resolve_rule(checked, extract.dictionary()) for use in one.uses()]
    found = decide("in_memory", checked.loaded.rule, INDEX, extract.tables(), uses, ["A"])
    missed = [
        f"{name} {entry.code}"
        for person, (name, entry) in enumerate(rows)
        if not found[person].truth[name.replace("-", "_"), "for"]
    ]
    assert missed == []


def test_every_meaning_stands_in_each_system_that_its_list_claims() -> None:
    """What `codelist lint` says, worked out again from the rows."""
    for name in available():
        codelist = load(name)
        missing = {(one.meaning, one.system) for one in codelist.metadata.missing}
        there = {(meaning, system) for meaning, found in by_meaning(codelist.entries).items() for system in found}
        meanings = {meaning for meaning, _ in there}
        claims = {(meaning, system) for meaning in meanings for system in claimed(codelist.metadata)}
        assert claims - there == missing, name


def least_record(system: System) -> list[Row]:
    """Long-term medicines and 49 days off work, coded in this system: pain is all that is missing."""
    note = next(entry for _, entry in every_entry(system, ["fit-notes"]) if entry.role == "not_fit")
    notes = [(system, note.code, day) for day in (date(2026, 3, 1), date(2026, 3, 22))]
    return [*notes, *[("name", "Codeine 30mg tablets", date(2026, month, 1)) for month in (1, 2, 3, 4)]]


@pytest.mark.parametrize("system", CODED)
def test_instep_finds_every_pain_and_keeps_off_every_exclusion(system: System) -> None:
    """Pain twice, 4 months apart, is found; with any meaning that keeps off beside it, nobody is."""
    checked, least = check_rule(load_rule(Path("instep"))), least_record(system)
    pains = [entry for _, entry in every_entry(system, INCLUDED)]
    offs = [entry for _, entry in every_entry(system, EXCLUDED) if entry.role in AGAINST]
    twice: list[list[Row]] = [[(system, entry.code, date(2025, month, 1)) for month in (2, 6)] for entry in pains]
    off = [[*twice[0], (system, entry.code, date(2025, 7, 1))] for entry in offs]
    listed = Extract([least, *[least + rows for rows in (*twice, *off)]]).listed(checked)
    expected = [False, *[True] * len(pains), *[False] * len(offs)]
    people = ["nothing that hurts", *[entry.code for entry in (*pains, *offs)]]
    assert [who for who, is_listed, should in zip(people, listed, expected, strict=True) if is_listed != should] == []


@pytest.mark.parametrize("system", CODED)
def test_a_meaning_is_found_again_under_another_of_its_codes(system: System) -> None:
    """Low back pain in February and backache in June are the same condition, however each is coded."""
    checked, least = check_rule(load_rule(Path("instep"))), least_record(system)
    people: list[list[Row]] = []
    for found in by_meaning(load("painful-condition").entries).values():
        codes = [entry.code for entry in found.get(system, ())]
        people += [[(system, codes[0], date(2025, 2, 1)), (system, codes[-1], date(2025, 6, 1))]] if codes else []
    assert all(Extract([least + rows for rows in people]).listed(checked))
