"""Medicines by substance and by strength, as the shipped lists give them and a rule may ask for them."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.codes.codelist import load
from pipeline.rules.check import check_rule
from pipeline.rules.example_patients import InventedPatient, InventedPatients, InventedRow
from pipeline.rules.load import load_rule
from pipeline.search.example_patients import run_invented

INDEX = date(2026, 11, 20)


@pytest.mark.parametrize("name", ["opioids", "gabapentinoids"])
def test_every_medicine_has_a_substance_so_that_drugs_can_be_counted(name: str) -> None:
    assert [entry.code for entry in load(name).entries if not entry.substance] == []


COUNTS_DRUGS = """\
rule: two-drugs
version: 1
title: Two different pain medicines
study: {name: Test}
population: {age: {from: 18, to: 64}}
criteria:
  two_drugs:
    prescriptions: {codelists: [opioids, gabapentinoids], within: 12 months}
    at_least: 2
    count: drugs
include: two_drugs
"""


def test_codeine_and_co_codamol_are_one_drug_and_a_gabapentinoid_is_another(tmp_path: Path) -> None:
    path = tmp_path / "two-drugs.yaml"
    path.write_text(COUNTS_DRUGS, encoding="utf-8")
    people = tuple(
        InventedPatient(
            name=second,
            expect=expect,
            because="by substance",
            prescriptions=tuple(
                InventedRow(code=code, system="name", date="2026-05-01") for code in ("Codeine 30mg tablets", second)
            ),
        )
        for second, expect in (
            ("Co-codamol 8mg/500mg tablets", "two_drugs"),
            ("Zomorph 10mg modified-release capsules", "listed"),
            ("Lyrica 75mg capsules", "listed"),
        )
    )
    invented = InventedPatients(rule="two-drugs", index_date=INDEX, patients=people)
    assert run_invented(check_rule(load_rule(path)), invented) == []


STRONG = """\
rule: strong
version: 1
title: Strong opioids but tramadol
study: {name: Test}
population: {age: {from: 18, to: 64}}
criteria:
  strong:
    prescriptions: {codelist: opioids, roles: [strong], within: 12 months}
  tramadol:
    prescriptions: {codelist: opioids, meanings: [tramadol], within: 12 months}
include: strong
exclude: [tramadol]
"""


def test_opioids_can_be_chosen_by_strength_and_by_substance(tmp_path: Path) -> None:
    path = tmp_path / "strong.yaml"
    path.write_text(STRONG, encoding="utf-8")
    expected = {"Zomorph 10mg modified-release capsules": "listed", "Zydol 50mg capsules": "tramadol"}
    people = tuple(
        InventedPatient(
            name=product,
            expect=expect,
            because="its strength and substance",
            prescriptions=(InventedRow(code=product, system="name", date="2026-05-01"),),
        )
        for product, expect in {**expected, "Co-codamol 30mg/500mg tablets": "strong"}.items()
    )
    invented = InventedPatients(rule="strong", index_date=INDEX, patients=people)
    assert run_invented(check_rule(load_rule(path)), invented) == []
