"""The catalogue: ids that pass their checks, and meanings that agree with the shipped code lists."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import numpy as np
import pytest
from nhs_number.constants import REGION_SYNTHETIC
from nhs_number.validate import is_valid

from synthetic_data.check_digits import nhs_check_digits, nhs_numbers, verhoeff_digit
from synthetic_data.population.catalogue import CODES, code_ids
from synthetic_data.population.medicines import MEDICINES, medicine_ids
from tests.synthetic_data.conftest import Extract

ROOT = Path(__file__).parents[2]
# Lists the InSTEP rule includes or excludes by. What only flags a person is left out.
DECIDING = [
    "chronic-pain",
    "painful-condition",
    "fit-notes",
    "cancer",
    "palliative",
    "research-contact",
    "type-1-dissent",
]
MEDICINE_LISTS = ["opioids", "gabapentinoids", "opioid-substitution"]


def read_list(name: str) -> list[dict[str, str]]:
    with (ROOT / "codelists" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def passes(identifier: str) -> bool:
    return verhoeff_digit(identifier[:-1]) == identifier[-1]


def test_known_check_digits() -> None:
    assert passes("82423001")  # chronic pain
    assert passes("1814041000006118")  # an EMIS code id, gp-extract-formats.md 6.4
    assert not passes("82423002")
    # 999 000 001: 9*10 + 9*9 + 9*8 + 1*2 = 245 = 22 * 11 + 3, so 11 - 3 = 8
    assert nhs_check_digits(np.array([999_000_001])).tolist() == [8]


def test_ids_pass_their_check_and_are_unique() -> None:
    ids = [*code_ids(), *medicine_ids()]
    assert len(set(ids)) == len(ids)
    assert all(passes(one) and 16 <= len(one) <= 18 for one in ids)
    assert all(passes(code.snomed) for code in CODES if code.snomed)
    assert all(passes(medicine.dmd) for medicine in MEDICINES if medicine.dmd)


@pytest.mark.parametrize("chunk", [0, 41, 500])
def test_nhs_numbers_are_valid_and_never_issued(chunk: int) -> None:
    numbers = [str(number) for number in nhs_numbers(np.random.default_rng(1), chunk, 1000)]
    assert len(set(numbers)) == 1000
    assert all(is_valid(number, for_region=REGION_SYNTHETIC) for number in numbers)


def test_chunks_share_no_nhs_number() -> None:
    first, second = (set(nhs_numbers(np.random.default_rng(1), chunk, 1000).tolist()) for chunk in (0, 1))
    assert not first & second


def test_written_nhs_numbers(extract: Extract) -> None:
    written = [row["NhsNumber"] for row in extract.rows("Admin_Patient") if row["NhsNumber"]]
    invalid = [number for number in written if not is_valid(number)]
    assert all(number.startswith("999") and len(number) == 10 for number in written)
    assert 0 < len(invalid) < 0.005 * len(written)


@pytest.mark.parametrize("name", DECIDING)
def test_meanings_agree_with_the_shipped_list(name: str) -> None:
    """A code is of this topic exactly when the list holds its SNOMED id, its Read code, or a code it lies under."""
    listed = read_list(name)
    roles = {(row["system"], row["code"]): row.get("role", "") for row in listed}
    widened = {row["code"] for row in listed if row["system"] == "read2" and row.get("include_children")}
    for code in CODES:
        read = code.read.split("-")[0].ljust(5, ".") if code.read and not code.read.startswith("EMIS") else ""
        by_snomed, by_read = roles.get(("snomed", code.snomed)), roles.get(("read2", read))
        under = "" if code.under and code.under.ljust(5, ".") in widened else None
        found = next((role for role in (by_snomed, by_read, under) if role is not None), None)
        assert (found is not None) == (code.topic == name), code.term
        if found:
            assert found == code.role


def test_medicines_agree_with_the_shipped_lists() -> None:
    for name in MEDICINE_LISTS:
        begins = [row for row in read_list(name) if row["system"] == "name"]
        ids = {row["code"] for row in read_list(name) if row["system"] == "dmd"}
        for medicine in MEDICINES:
            lower = medicine.name.lower()
            by_name = any(
                lower.startswith(row["code"].lower())
                and not any(word and word in lower for word in row.get("except", "").split("|"))
                for row in begins
            )
            assert (by_name or medicine.dmd in ids) == (medicine.topic == name), medicine.name


def test_parents_are_in_the_dictionary(extract: Extract) -> None:
    rows = extract.rows("Coding_ClinicalCode")
    by_id = {row["CodeId"]: row for row in rows}
    by_term = {row["Term"]: row for row in rows}
    assert all(row["ParentCodeId"] in by_id for row in rows if row["ParentCodeId"])
    breast = by_term["Malignant neoplasm of female breast"]
    assert by_id[breast["ParentCodeId"]]["ReadTermId"] == "B3"
    knee = by_term["Osteoarthritis of knee (local code)"]
    assert by_id[knee["ParentCodeId"]]["Term"] == "Osteoarthritis"
    assert by_id[by_id[knee["ParentCodeId"]]["ParentCodeId"]]["ReadTermId"] == "N"
    twins = {row["ReadTermId"] for row in rows if row["ReadTermId"].lower() in ("13j7", "9d15", "9nu0")}
    assert twins == {"13J7", "13j7", "9D15", "9d15", "9Nu0", "9NU0"}


def test_the_generator_knows_nothing_of_the_search() -> None:
    """Only the dates and the errors of the pipeline, so that agreement means something."""
    allowed = {"pipeline.dates", "pipeline.errors"}
    for path in (ROOT / "synthetic_data").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            ours = {name for name in names if name.split(".")[0] in ("pipeline", "cli", "rules", "codelists")}
            assert ours <= allowed, path.name
