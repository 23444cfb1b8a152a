"""Medicines with American names: search, manifest and inspect say how many the lists find."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.inspection.as_json import as_json
from pipeline.inspection.inspect import Inspection, InspectionOptions, inspect
from pipeline.inspection.sections import sections
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.extracts.omop_folder import CONCEPTS, Row, concept, drug, small_database, write_csv
from tests.functional.plain import write_plain

FOUND = (
    "acetaminophen 325 MG / hydrocodone bitartrate 5 MG Oral Tablet",
    "Meperidine",
    "gabapentin 300 MG Oral Capsule",
)
NOT_FOUND = ("difelikefalin 0.05 MG/ML Injection", "celecoxib 200 MG Oral Capsule [Celebrex]")
OURS = ("Codeine 30mg tablets",)
RULE = """\
rule: trial
version: 1
title: Opioids
study: {name: Trial}
population: {registered: {type: regular}, age: {from: 18, to: 64}}
criteria:
  pain_drugs: {prescriptions: {codelists: [opioids, gabapentinoids]}}
include: {any: [pain_drugs]}
"""
SEARCH = (
    "5 of the 6 medicines in this extract have American names, as in RxNorm. The code lists that come with Casefinder "
    "know only the commonest of these. Of the 5, this rule's lists find 3 for pain drugs."
)


def write_omop(folder: Path) -> None:
    """Each of the medicines once, with a concept of RxNorm."""
    names = dict(enumerate((*FOUND, *NOT_FOUND, *OURS), 40_000_000))
    concepts = [concept(number, name, "RxNorm", str(number)) for number, name in names.items()]
    drugs: list[Row] = [
        drug(number, drug_concept_id=str(number), drug_source_value="", drug_source_concept_id="0") for number in names
    ]
    write_csv(folder, small_database(concept=[*CONCEPTS, *concepts], drug_exposure=drugs))


def write_tables(folder: Path) -> None:
    """The same in plain tables."""
    write_plain(folder, "1,A00001,1,,1,1980-01-01,day,2010-01-01,regular,0,0\n", "1,1,2026-01-01,day,0")
    rows = [f"{number},,,{name},1" for number, name in enumerate((*FOUND, *NOT_FOUND, *OURS), 10)]
    with (folder / "code.csv").open("a", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    with (folder / "prescription.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"1,{number},2026-06-01,day,acute,0\n" for number in range(10, 10 + len(rows)))


@pytest.fixture(params=[write_omop, write_tables])
def extract(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    request.param(tmp_path / "in")
    (tmp_path / "trial.yaml").write_text(RULE, encoding="utf-8")
    return tmp_path / "in"


def look(extract: Path) -> Inspection:
    return inspect(InspectionOptions(extract=extract, rules=(extract.parent / "trial.yaml",), work=extract.parent))


def test_a_search_says_what_it_finds_of_them_and_so_does_the_manifest(extract: Path) -> None:
    out = extract.parent / "out"
    options = SearchOptions(
        source=Source(extract), rule=extract.parent / "trial.yaml", out=out, counts_only=True, despite_quality=True,
        accept_missing=True,
    )  # fmt: skip
    found = run_search(options)
    assert [warning for warning in found.warnings if warning.startswith(SEARCH)]
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert [warning for warning in manifest["warnings"] if warning.startswith(SEARCH)]


def test_inspect_says_it_once_and_the_numbers_for_each_rule(extract: Path) -> None:
    found = look(extract)
    said = [line for section in sections(found) for (line, *_) in section.rows]
    assert sum("5 of the 6 medicines in this extract have American names" in line for line in said) == 1
    assert "  Of the medicines with American names, its lists find 3 for pain drugs." in said
    [trial] = [rule for rule in as_json(found)["rules"] if rule["rule"].endswith("trial.yaml")]  # type: ignore[attr-defined]
    assert trial["medicines_with_american_names"] == {"pain_drugs": 3}


def test_omop_says_how_many_are_coded_in_rxnorm_only(tmp_path: Path) -> None:
    write_omop(tmp_path / "in")
    (tmp_path / "trial.yaml").write_text(RULE, encoding="utf-8")
    texts = [gap.text for gap in look(tmp_path / "in").extract.gaps]
    assert [text for text in texts if text.startswith("6 of the 6 medicines have a code of RxNorm or NDC and no dm+d")]


def test_an_extract_without_them_says_nothing(tmp_path: Path) -> None:
    write_csv(tmp_path / "in", small_database())
    (tmp_path / "trial.yaml").write_text(RULE, encoding="utf-8")
    found = look(tmp_path / "in")
    assert not found.names and not any(rule.american for rule in found.rules)
    assert not any("RxNorm" in gap.text for gap in found.extract.gaps)
