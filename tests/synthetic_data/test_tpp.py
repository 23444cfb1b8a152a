"""The files of a synthetic TPP extract: names, bytes, and that they fit together."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from synthetic_data import generate
from synthetic_data.population.catalogue import CODES
from synthetic_data.tpp.codes import hierarchy, terms, to_snomed, to_version2, tpp_codes
from synthetic_data.tpp.tables import HEADERS

ROOT = Path(__file__).parents[2]
Row = dict[str, str]
STAMP = "20261120_0215"
TIME = re.compile(r"\d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d")
BIRTH = re.compile(r"\d\d [A-Z][a-z]{2} \d{4} 00:00")
OWNED = [table for table, header in HEADERS.items() if "IDPatient" in header]


def rows(folder: Path, table: str) -> list[Row]:
    with (folder / STAMP / f"{table}.csv").open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,000 registrations in 2 practices, in two chunks."""
    out = tmp_path_factory.mktemp("tpp") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("synthetic_data.population.rates.CHUNK", 600)
        generate("tpp", patients=1000, practices=2, seed=3, out=out)
    return out


def test_one_private_folder_named_after_the_night(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {STAMP, "truth.csv"}
    assert (folder / STAMP).stat().st_mode & 0o777 == 0o700
    written = list((folder / STAMP).iterdir())
    assert {path.name for path in written} == {f"{table}.csv" for table in HEADERS}
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}


def test_every_value_is_quoted_and_lines_end_as_on_windows(folder: Path) -> None:
    quoted = re.compile(rb'"([^"]|"")*"(,"([^"]|"")*")*')
    for table, header in HEADERS.items():
        said = (folder / STAMP / f"{table}.csv").read_bytes()
        first, _, rest = said.partition(b"\r\n")
        assert first == b",".join(b'"%s"' % name.encode() for name in header)
        assert rest.endswith(b'"\r\n')
        lines = rest.removesuffix(b"\r\n").split(b'"\r\n"')  # a line break inside a value has no quotes around it
        assert all(quoted.fullmatch(b'"%s"' % line.strip(b'"')) for line in lines[1:-1][:3000]), table
        assert {len(row) for row in csv.reader(said.decode("cp1252").splitlines(keepends=True), strict=True)} == {
            len(header)
        }


def test_the_manifest_names_every_file_as_whole(folder: Path) -> None:
    listed = rows(folder, "SRManifest")
    assert {row["FileName"] for row in listed} == set(HEADERS) - {"SRManifest"}
    assert {row["IsDelta"] for row in listed} == {"N"}
    assert {row["DateExtractTo"] for row in listed} == {STAMP}
    reference = {row["FileName"] for row in listed if row["IsReference"] == "Y"}
    assert reference == set(HEADERS) - {"SRManifest", "SRPatient", *OWNED}


def test_ids_are_unique_and_long(folder: Path) -> None:
    """But for patients who moved: two of them have the same, each in a practice of its own."""
    for table in OWNED:
        ids = Counter(row["RowIdentifier"] for row in rows(folder, table))
        assert max(ids.values()) == 1 and {len(key) for key in ids} == {18}, table
    patients = rows(folder, "SRPatient")
    assert len({(row["IDOrganisationVisibleTo"], row["RowIdentifier"]) for row in patients}) == len(patients)
    assert 0 < len(patients) - len({row["RowIdentifier"] for row in patients}) < 20


def test_patients_are_those_of_truth_csv(folder: Path) -> None:
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    first: dict[str, str] = {}
    for row in truth:
        first.setdefault(row["patient_guid"], row["local_number"])
    numbers = [(row["practice"], 10**17 + int(first[row["patient_guid"]])) for row in truth]
    found = [(row["IDOrganisationVisibleTo"], int(row["RowIdentifier"])) for row in rows(folder, "SRPatient")]
    assert found == numbers


def test_rows_of_patients_that_are_there(folder: Path) -> None:
    patients = {(row["IDOrganisationVisibleTo"], row["RowIdentifier"]) for row in rows(folder, "SRPatient")}
    for table in OWNED:
        strangers = Counter(
            row["IDPatient"]
            for row in rows(folder, table)
            if row["IDPatient"] and (row["IDOrganisationVisibleTo"], row["IDPatient"]) not in patients
        )
        assert set(strangers) <= {"199999999999999999", "199999999999999998"}, table  # one a chunk is in no file
        assert bool(strangers) == (table in ("SRCode", "SREvent", "SRPrimaryCareMedication")), table


def test_removed_rows_are_half_of_them_blank(folder: Path) -> None:
    for table in ("SRCode", "SRPrimaryCareMedication"):
        gone = [row for row in rows(folder, table) if row["RemovedData"] == "1"]
        blank = [row for row in gone if sum(map(bool, row.values())) <= 3 + (table != "SRCode") * 4]
        assert 0.3 < len(blank) / len(gone) < 0.7 and not any(row["IDPatient"] for row in blank)
    patients = [row for row in rows(folder, "SRPatient") if row["RemovedData"] == "1"]
    assert patients and not any(row["Surname"] or row["DateBirth"] or row["NHSNumber"] for row in patients)


def test_dates_flags_and_values(folder: Path) -> None:
    for table in OWNED:
        for row in rows(folder, table)[:20_000]:
            for name, value in row.items():
                assert not name.startswith("Date") or not value or TIME.fullmatch(value), (table, name)
                assert not name.startswith("Is") or value in ("TRUE", "FALSE", ""), (table, name)
    patients = rows(folder, "SRPatient")
    assert all(not row[name] or BIRTH.fullmatch(row[name]) for row in patients for name in ("DateBirth", "DateDeath"))
    coded = [row for row in rows(folder, "SRCode") if row["IsNumeric"]]
    assert {(row["IsNumeric"], bool(row["NumericUnit"])) for row in coded} == {("TRUE", True), ("FALSE", False)}
    assert {row["NumericValue"] for row in coded if row["IsNumeric"] == "FALSE"} == {"0.0"}


def test_registrations_elsewhere_earlier_and_by_mistake(folder: Path) -> None:
    found = rows(folder, "SRPatientRegistration")
    own = [row for row in found if row["IDOrganisation"] == row["IDOrganisationVisibleTo"]]
    assert 0.07 < 1 - len(own) / len(found) < 0.13
    assert any(not row["DateDeRegistration"] for row in found if row["IDOrganisation"].startswith("ZX"))
    times = Counter((row["IDOrganisationVisibleTo"], row["IDPatient"]) for row in own if row["RemovedData"] == "0")
    assert set(times.values()) == {1, 2} and any(row["RemovedData"] == "1" for row in own)
    assert {"GMS,Standard", "Temporary Resident < 16 days"} <= {row["RegistrationStatus"] for row in own}


def test_one_address_to_write_to(folder: Path) -> None:
    """Of the open ones that were not removed, a patient has one for letters, or none and one of the home."""
    usual = Counter[tuple[str, str]]()
    for row in rows(folder, "SRPatientAddressHistory"):
        if row["RemovedData"] == "0" and not row["DateTo"] and row["NameOfBuilding"] != "Former House":
            assert row["AddressType"] in ("0", "3")
            usual[row["IDOrganisationVisibleTo"], row["IDPatient"]] += 1
    assert set(usual.values()) == {1} and len(usual) > 950


def test_medications(folder: Path) -> None:
    issues = rows(folder, "SRPrimaryCareMedication")
    templates = {row["RowIdentifier"] for row in rows(folder, "SRRepeatTemplate")}
    assert {row["IDRepeatTemplate"] for row in issues} - {""} <= templates
    for row in issues:
        elsewhere = [row[name] for name in ("IsOtherMedication", "IsHospitalMedication", "IsDentalMedication")]
        assert elsewhere.count("TRUE") <= (row["IsRepeatMedication"] != "TRUE")
        assert bool(row["IDRepeatTemplate"]) <= (row["IsRepeatMedication"] == "TRUE")
    assert any(row["DateEvent"] != row["DateMedicationStart"] for row in issues)  # post-dated
    assert {row["MedicationQuantity"].split(" ")[1] for row in issues if row["MedicationQuantity"]} == {
        "tablets", "capsules", "ml", "patches", "doses", "grams",
    }  # fmt: skip


def read_list(name: str) -> list[Row]:
    with (ROOT / "codelists" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "name", ["chronic-pain", "painful-condition", "fit-notes", "cancer", "palliative", "research-contact"]
)
def test_ctv3_codes_mean_what_the_catalogue_does(name: str) -> None:
    """A CTV3 code that a shipped list holds belongs to a code of that topic and role."""
    listed = {row["code"]: row.get("role", "") for row in read_list(name) if row["system"] == "ctv3"}
    met = 0
    for code, ours in zip(CODES, tpp_codes(), strict=False):
        if ours.ctv3 in listed:
            met += 1
            assert (code.topic, code.role if listed[ours.ctv3] else "") == (name, listed[ours.ctv3]), code.term
    assert met


def test_ctv3_codes_fit_together() -> None:
    """Five characters each, all in SRCtv3 but the one that is in no dictionary; the case twins stay apart."""
    assert all(re.fullmatch(r"[0-9A-Za-z]+\.*", code) and len(code) == 5 for code in terms())
    used = {code.ctv3 for code in tpp_codes() if code.ctv3}
    assert used - set(terms()) == {tpp_codes()[-1].ctv3}
    pairs = hierarchy()
    assert {code for parent, child, _ in pairs for code in (parent, child)} <= set(terms())
    assert ("XE2vO", "B34..", 1) in pairs and ("B....", "B34..", 2) in pairs
    read_of = dict(to_version2())
    assert (read_of["XaZ89"], read_of["XaI8X"], read_of["XaG4p"]) == ("9Nu0.", "9NU0.", "13j7.")
    known = {code.snomed for code in CODES}
    assert all(snomed in known for _, snomed in to_snomed())


def test_the_first_chunk_is_the_same_whatever_comes_after(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthetic_data.population.rates.CHUNK", 600)
    generate("tpp", patients=600, practices=2, seed=3, out=tmp_path / "few")
    for path in (tmp_path / "few" / STAMP).iterdir():
        assert (folder / STAMP / path.name).read_bytes().startswith(path.read_bytes())
