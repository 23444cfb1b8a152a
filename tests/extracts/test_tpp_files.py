"""Which files make a TPP delivery, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import ExtractError
from pipeline.extracts.tpp.files import find_deliveries
from tests.extracts.emis_folder import read, rows
from tests.extracts.tpp_folder import (
    OWNED,
    Row,
    changes,
    code,
    manifest_text,
    medication,
    patient,
    small_extract,
    text,
    write,
    write_extract,
)

DAY = date(2026, 11, 20).toordinal()
NEXT = ("20261120_0130", "20261121_0130")


def _without(*tables: str) -> dict[str, list[Row]]:
    return {name: rows for name, rows in small_extract().items() if name not in tables}


def test_a_full_extract_and_its_changes_are_numbered_by_the_times_of_the_manifest(tmp_path: Path) -> None:
    write_extract(tmp_path / NEXT[1], changes(), *NEXT)
    write_extract(tmp_path / NEXT[0], small_extract())
    whole, night = find_deliveries(tmp_path)
    assert (whole.feed, whole.first, whole.last, whole.day) == ("SRE", 1, 202611200130, DAY)
    assert (night.feed, night.first, night.last, night.day) == ("SRE", 202611200131, 202611210130, DAY + 1)
    assert {path.name for path in night.files} == {f"{name}.csv" for name in OWNED}


def test_one_table_of_changes_makes_a_delivery_of_changes(tmp_path: Path) -> None:
    """SRPatient has been seen called whole when it was not; tables about codes may come whole any night."""
    write_extract(tmp_path, small_extract(), *NEXT, whole=("SRPatient", "SRCtv3"))
    assert [each.first for each in find_deliveries(tmp_path)] == [202611200131]
    write_extract(tmp_path, small_extract(), *NEXT, whole=OWNED)
    assert [each.first for each in find_deliveries(tmp_path)] == [1]


def test_changes_that_do_not_say_since_when_follow_upon_nothing(tmp_path: Path) -> None:
    write_extract(tmp_path, small_extract())
    said = manifest_text(OWNED, "20261119_0130", "20261120_0130").replace('"20261119_0130"', '""')
    write(tmp_path / "SRManifest.csv", said)
    assert [(each.first, each.last) for each in find_deliveries(tmp_path)] == [(202611200130, 202611200130)]


def test_without_a_manifest_it_is_a_full_extract_without_a_number(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    (folder / "SRManifest.csv").unlink()
    assert [(each.first, each.last, each.day) for each in find_deliveries(folder)] == [(0, 0, None)]
    con, extract = read(folder)
    newest = date(2026, 4, 1).toordinal()  # the newest row typed in
    assert rows(con, "SELECT extract_date FROM practice") == [(newest,)]
    assert any(warning.startswith("There is no SRManifest.csv") for warning in extract.warnings)


def test_a_dated_folder_tells_its_day(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in" / "20261120_0130", small_extract())
    (folder / "SRManifest.csv").unlink()
    con, _ = read(tmp_path / "in")
    assert rows(con, "SELECT extract_date FROM practice") == [(DAY,)]


def test_what_is_not_tpps_is_no_delivery(tmp_path: Path) -> None:
    write(tmp_path / "patient.csv", "person_row\r\n")
    write(tmp_path / "SRNotes.txt", "nothing")
    (tmp_path / "20261120").mkdir()
    (tmp_path / "20261120_0130").mkdir()
    write_extract(tmp_path / "Archived", small_extract())
    assert find_deliveries(tmp_path) == []


def test_case_order_and_further_columns_and_files_do_not_matter(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    said = [line.split(",") for line in text("SRCode", [code()]).splitlines()]
    turned = [",".join(line[::-1]) for line in [[n.upper() for n in said[0]], *said[1:]]]
    (folder / "SRCode.csv").unlink()
    write(folder / "srCODE.CSV", "\r\n".join(turned) + "\r\n")
    write(folder / "SRAppointment.csv", "whatever\r\n")
    con, extract = read(folder)
    assert rows(con, "SELECT ctv3, source_key FROM event JOIN code USING (code_id)") == [("X75rj", "1")]
    assert extract.warnings == () and len(extract.files) == 13


def test_other_delimiters_and_encodings(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    write(folder / "SRCode.csv", text("SRCode", [code()]).replace(",", "|"))
    said = text("SRPatient", [patient(FirstName="Zoë")]).replace(",", "\t")
    (folder / "SRPatient.csv").write_text(said, encoding="utf-8-sig", newline="")
    write(folder / "SRManifest.csv", (folder / "SRManifest.csv").read_text().replace(",", ";"))
    con, _ = read(folder)
    assert rows(con, "SELECT given_name, source_key FROM patient JOIN event USING (person_row)") == [("Zoë", "1")]
    assert rows(con, "SELECT extract_date FROM practice") == [(DAY,)]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (("SRPatient",), "SRPatient."),
        (("SRCode", "SRPatientRegistration"), "SRPatientRegistration, SRCode."),
        (("SRPrimaryCareMedication",), "SRPrimaryCareMedication."),
    ],
)
def test_needed_files(tmp_path: Path, missing: tuple[str, ...], said: str) -> None:
    folder = write_extract(tmp_path / "in", _without(*missing))
    with pytest.raises(ExtractError, match=f"Delivery 1-202611200130 of the TPP extract has no file {said}"):
        read(folder)


def test_a_file_that_the_manifest_lists_must_be_there(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    (folder / "SRCtv3Hierarchy.csv").unlink()
    with pytest.raises(ExtractError, match="has no file SRCtv3Hierarchy"):
        read(folder)


@pytest.mark.parametrize(
    ("tables", "without", "said"),
    [
        (small_extract(SRPatient=[]), (), "SRPatient.csv has a header and no rows"),
        (small_extract(SRPatientRegistration=[]), (), "SRPatientRegistration.csv has a header and no rows"),
        (small_extract(SRCode=[]), (), "SRCode.csv has a header and no rows"),
        (small_extract(), ("CTV3Code", "SNOMEDCode"), "neither the column CTV3Code nor SNOMEDCode"),
        (
            small_extract(),
            ("IDMultiLexDMD", "NameOfMedication"),
            "neither the column IDMultiLexDMD nor NameOfMedication",
        ),
        (small_extract(), ("IDPatient",), "no column IDPatient"),
        (small_extract(), ("IDOrganisation",), "SRPatientRegistration.csv: no column IDOrganisation"),
        (small_extract(SRPatient=[patient(org="A 81")]), (), "must hold the practice's ODS code"),
        (small_extract(SRCode=[code(SNOMEDCode="9000000000000000")]), (), "SRCode.csv was saved by a spreadsheet"),
        (small_extract(SRCode=[code(IDPatient="9.0072E+18")]), (), "SRCode.csv was saved by a spreadsheet"),
        (
            small_extract(SRCode=[code(DateEvent="15/03/2026 00:00")]),
            (),
            "SRCode.csv was saved by a spreadsheet, which changed the column DateEvent",
        ),
        (
            small_extract(SRPrimaryCareMedication=[medication(IDMultiLexDMD="1000000000000000")]),
            (),
            "SRPrimaryCareMedication.csv was saved by a spreadsheet",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, tables: dict[str, list[Row]], without: tuple[str, ...], said: str) -> None:
    folder = write_extract(tmp_path / "in", tables, without=without)
    with pytest.raises(ExtractError, match=said):
        read(folder)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ('"FileName","IsDelta"\r\n', "no column dateextractfrom, dateextractto"),
        (manifest_text(OWNED, "", "20 Nov 2026"), "times must be written like 20261120_0130"),
        (manifest_text(OWNED, "20261121_0130", "20261120_0130"), "run backwards"),
    ],
)
def test_manifests_that_are_refused(tmp_path: Path, said: str, error: str) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    write(folder / "SRManifest.csv", said)
    with pytest.raises(ExtractError, match=error):
        read(folder)


def test_an_extract_that_nothing_dates_is_refused(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract(), without={"DateEventRecorded"})
    (folder / "SRManifest.csv").unlink()
    with pytest.raises(ExtractError, match="does not say when it was made"):
        read(folder)


def test_one_table_twice_in_one_folder_is_refused(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    write(folder / "SRCODE.csv", text("SRCode", [code()]))
    with pytest.raises(ExtractError, match="is in its folder twice"):
        read(folder)


def test_a_manifest_alone_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "SRManifest.csv", manifest_text(OWNED, "", "20261120_0130"))
    with pytest.raises(ExtractError, match=r"holds only SRManifest\.csv"):
        find_deliveries(tmp_path)
