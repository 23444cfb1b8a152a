"""The EMIS dictionaries, and how an issue finds its drug; every answer worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.extracts.emis_folder import (
    OTHER_ORG,
    clinical_code,
    drug_code,
    drug_record,
    guid,
    issue,
    observation,
    read,
    rows,
    small_extract,
    write_extract,
)


@pytest.mark.parametrize("version", ["5.4", "8.0"])
def test_the_parent_code_is_found_wherever_it_stands(tmp_path: Path, version: str) -> None:
    name = "ParentCodeId" if version == "5.4" else "ParentCodeID"
    codes = [clinical_code("101", **{name: "102"}), clinical_code("102"), clinical_code("103", **{name: "999"})]
    con, _ = read(write_extract(tmp_path / "in", small_extract(Coding_ClinicalCode=codes), version))
    assert rows(con, "FROM code_parent") == [(1, 2)]  # 999 is no code of the extract


@pytest.mark.parametrize(
    ("written", "read2"),
    [
        ("N145.", "N145.00"),
        ("9Nu0", "9Nu0.00"),  # padding put back
        ("C10", "C10..00"),
        ("H33..-1", "H33..11"),  # the first synonym
        ("H33..-12", "H33..12"),
        ("H33..-123", "H33..00"),
        ("9NU0.", "9NU0.00"),  # case kept
        ("EMISNQPA1", None),
        ("ESCTAB123456", None),
        ("^ESCTAB1234", None),
        ("FUNDHC1", None),
        ("EMIS1", None),  # five characters long and still not Read
        ("", None),
    ],
)
def test_read_codes(tmp_path: Path, written: str, read2: str | None) -> None:
    code = clinical_code(ReadTermId=written, SnomedCTConceptId="0")
    con, _ = read(write_extract(tmp_path / "in", small_extract(Coding_ClinicalCode=[code])))
    assert rows(con, "SELECT read2, snomed, local FROM code WHERE is_medicine = 0") == [(read2, None, "101")]


def test_the_two_dictionaries_are_separate(tmp_path: Path) -> None:
    """CodeId 101 is backache as a clinical code and codeine as a drug; a long id keeps its digits."""
    folder = write_extract(
        tmp_path / "in",
        small_extract(
            Coding_ClinicalCode=[clinical_code("101"), clinical_code("1814041000006118", Term="Dissent")],
            Coding_DrugCode=[drug_code("101", DmdProductCodeId="")],
            Prescribing_IssueRecord=[issue(1, CodeId="101")],
        ),
    )
    con, _ = read(folder)
    assert rows(con, "SELECT code_id, local, term, dmd, is_medicine FROM code ORDER BY 1") == [
        (1, "101", "Backache", None, 0),
        (2, "1814041000006118", "Dissent", None, 0),
        (3, "101", "Codeine 30mg tablets", None, 1),
    ]
    assert rows(con, "SELECT code_id FROM event") == [(1,)]
    assert rows(con, "SELECT code_id FROM prescription") == [(3,)]


def test_a_code_not_in_the_dictionary_keeps_its_row(tmp_path: Path) -> None:
    con, extract = read(
        write_extract(tmp_path / "in", small_extract(CareRecord_Observation=[observation(1, CodeId="9")]))
    )
    assert rows(con, "SELECT code_id FROM event") == [(None,)]
    assert extract.left_out == {"observations: with a code not in the dictionary, kept": 1}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Acute", "acute"),
        ("Repeat", "repeat"),
        ("repeat dispensing", "repeat"),
        ("Automatic", "repeat"),
        ("", "unknown"),
    ],
)
def test_an_issue_takes_its_kind_from_its_drug_record(tmp_path: Path, said: str, kind: str) -> None:
    drug = guid(1, "D")
    folder = write_extract(
        tmp_path / "in",
        small_extract(
            Prescribing_DrugRecord=[drug_record(1, PrescriptionType=said), drug_record(1, org=OTHER_ORG)],
            Prescribing_IssueRecord=[
                issue(1, DrugRecordGuid=drug.lower(), CodeId="", Quantity="56", QuantityUnit="tablet")
            ],
        ),
    )
    con, extract = read(folder)
    # The issue names no drug of its own, so its drug record's stands: code 2.
    assert rows(con, "SELECT code_id, kind, course, quantity, unit FROM prescription") == [
        (2, kind, drug.strip("{}"), 56.0, "tablet")
    ]
    assert not any("acute or repeat" in sentence for sentence in (gap.text for gap in extract.gaps))


def test_an_issue_whose_drug_record_is_gone_is_of_unknown_kind(tmp_path: Path) -> None:
    folder = write_extract(
        tmp_path / "in",
        small_extract(
            Prescribing_DrugRecord=[drug_record(1, Deleted="true")],
            Prescribing_IssueRecord=[issue(1, DrugRecordGuid=guid(1, "D")), issue(2, DrugRecordGuid=guid(9, "D"))],
        ),
    )
    con, _ = read(folder)
    assert rows(con, "SELECT kind FROM prescription") == [("unknown",), ("unknown",)]


def test_issued_outside_and_durations(tmp_path: Path) -> None:
    issues = [
        issue(1, IssueMethodDescription="Outside Hospital", CourseDurationInDays="28"),
        issue(2, IssueMethodDescription="Print Script", CourseDurationInDays="0"),
        issue(3, CourseDurationInDays="7.00"),
        issue(4, CourseDurationInDays="many"),
        issue(5, CourseDurationInDays="-3"),
    ]
    con, _ = read(write_extract(tmp_path / "in", small_extract(Prescribing_IssueRecord=issues), "8.2"))
    assert rows(con, "SELECT kind, duration_days FROM prescription ORDER BY source_key") == [
        ("elsewhere", 28),
        ("unknown", None),
        ("unknown", 7),
        ("unknown", None),
        ("unknown", None),
    ]
