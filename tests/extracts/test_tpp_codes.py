"""What TPP's CTV3 and SNOMED codes become, by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.extracts.emis_folder import read, rows
from tests.extracts.tpp_folder import code, medication, patient, reference, small_extract, write_extract

CODES = "SELECT ctv3, snomed, read2, term FROM code WHERE is_medicine = 0 ORDER BY ALL"
OF_EVENTS = "SELECT source_key, ctv3, snomed, read2 FROM event LEFT JOIN code USING (code_id) ORDER BY 1"
NAMED = [
    reference("1", Ctv3Code="X75rj", Ctv3Text="Back pain"),
    reference("2", Ctv3Code="N14", Ctv3Text="Pain of the spine"),
]


def _parents(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return rows(
        con,
        "SELECT c.ctv3, c.snomed, p.ctv3, p.snomed FROM code_parent JOIN code c USING (code_id) "
        "JOIN code p ON p.code_id = parent_id ORDER BY ALL",
    )


def test_a_row_of_two_codes_is_one_event_of_a_code_with_both(tmp_path: Path) -> None:
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRCtv3=NAMED)))
    assert rows(con, OF_EVENTS) == [("1", "X75rj", "161891005", None)]
    assert rows(con, CODES) == [
        ("N14..", None, None, "Pain of the spine"),
        ("X75rj", "161891005", None, "Back pain"),
        ("X75rj", None, None, "Back pain"),
    ]
    assert _parents(con) == [("X75rj", "161891005", "X75rj", None)]


def test_one_ctv3_code_may_go_with_several_snomed_codes(tmp_path: Path) -> None:
    entries = [code("1"), code("2", SNOMEDCode="279039007"), code("3"), code("4", CTV3Code="")]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRCode=entries)))
    assert rows(con, OF_EVENTS) == [
        ("1", "X75rj", "161891005", None),
        ("2", "X75rj", "279039007", None),
        ("3", "X75rj", "161891005", None),
        ("4", None, "161891005", None),
    ]
    assert rows(con, "SELECT count(*) FROM code WHERE is_medicine = 0") == [(4,)]


def test_what_a_ctv3_code_is_elsewhere_counts_where_there_is_one_answer(tmp_path: Path) -> None:
    tables = small_extract(
        SRCode=[code(str(n), CTV3Code=ctv3, SNOMEDCode="-1") for n, ctv3 in enumerate(("XaX1E", "9D11", "Y1712"))],
        SRCtv3ToSnomed=[
            reference("1", Ctv3Code="XaX1E", SnomedCode="751481000000104"),
            reference("2", Ctv3Code="9D11.", SnomedCode="1331000000103"),
            reference("3", Ctv3Code="9D11.", SnomedCode="161891005"),
            reference("4", Ctv3Code="Y1712", SnomedCode="-1"),
        ],
        SRCtv3ToVersion2=[
            reference("1", Ctv3Code="XaX1E", Version2Code="9D15."),
            reference("2", Ctv3Code="9D11.", Version2Code="9D1100"),  # neither of five nor of seven
            reference("3", Ctv3Code="9D11.", Version2Code="9D11.11"),
            reference("4", Ctv3Code="9D11.", Version2Code="9D11.00"),
            reference("5", Ctv3Code="Y1712", Version2Code="9D1") | {"RemovedData": "1"},
        ],
    )
    con, _ = read(write_extract(tmp_path / "in", tables))
    assert rows(con, OF_EVENTS) == [
        ("0", "XaX1E", "751481000000104", "9D15.00"),
        ("1", "9D11.", None, "9D11.00"),
        ("2", "Y1712", None, None),
    ]


def test_a_pair_has_the_read_code_of_its_ctv3_code(tmp_path: Path) -> None:
    tables = small_extract(SRCtv3ToVersion2=[reference("1", Ctv3Code="X75rj", Version2Code="16C")])
    con, _ = read(write_extract(tmp_path / "in", tables))
    assert rows(con, OF_EVENTS) == [("1", "X75rj", "161891005", "16C..00")]


def test_case_counts_in_ctv3_codes(tmp_path: Path) -> None:
    entries = [code("1", CTV3Code="9Nu0.", SNOMEDCode=""), code("2", CTV3Code="9NU0.", SNOMEDCode="")]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRCode=entries)))
    assert [row[1] for row in rows(con, OF_EVENTS)] == ["9Nu0.", "9NU0."]


def test_codes_of_tpps_own_keep_their_value_and_their_event(tmp_path: Path) -> None:
    """A fit note, and in the same event how many days it lasts."""
    entries = [
        code("1", CTV3Code="XaX1E", SNOMEDCode="751481000000104", IDEvent="5"),
        code("2", CTV3Code="Y1712", SNOMEDCode="-1", IDEvent="5", IsNumeric="TRUE", NumericValue="14"),
    ]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRCode=entries)))
    found = rows(con, "SELECT ctv3, snomed, value FROM event JOIN code USING (code_id) ORDER BY source_key")
    assert found == [("XaX1E", "751481000000104", None), ("Y1712", None, 14.0)]
    assert rows(con, "SELECT count(DISTINCT encounter) FROM event WHERE encounter IS NOT NULL") == [(1,)]


def test_no_event_is_no_encounter(tmp_path: Path) -> None:
    entries = [code(str(number), IDEvent=event) for number, event in enumerate(("-1", "0", ""))]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRCode=entries)))
    assert rows(con, "SELECT DISTINCT encounter FROM event") == [(None,)]


def test_the_hierarchy_leads_from_a_code_to_the_pairs_below_it(tmp_path: Path) -> None:
    below = [
        reference("1", Ctv3CodeParent="N14..", Ctv3CodeChild="X75rj", ChildLevel="1"),
        reference("2", Ctv3CodeParent=".....", Ctv3CodeChild="N14..", ChildLevel="1"),
        reference("3", Ctv3CodeParent="N14..", Ctv3CodeChild="N14..", ChildLevel="0"),
        reference("4", Ctv3CodeParent="9D1..", Ctv3CodeChild="X75rj", ChildLevel="1") | {"RemovedData": "1"},
        # The same twice, one of them removed: it still is so.
        reference("5", Ctv3CodeParent="N14..", Ctv3CodeChild="X75rj", ChildLevel="2") | {"RemovedData": "1"},
    ]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRCtv3Hierarchy=below)))
    assert _parents(con) == [
        ("N14..", None, ".....", None),
        ("X75rj", "161891005", "X75rj", None),
        ("X75rj", None, "N14..", None),
    ]


def test_a_product_is_what_its_code_its_number_and_its_name_say_together(tmp_path: Path) -> None:
    drugs = [
        medication("1"),
        medication("2"),
        medication("3", NameOfMedication="Codeine 30mg tablets (A Maker)"),
        medication("4", IDMultiLexDMD="-1"),
        medication("5", IDMultiLexDMD="", IDMultiLexProduct="", NameOfMedication="Something"),
    ]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRPrimaryCareMedication=drugs)))
    found = "SELECT source_key, dmd, local, term FROM prescription JOIN code USING (code_id) ORDER BY 1"
    assert rows(con, found) == [
        ("1", "376689003", "4711", "Codeine 30mg tablets"),
        ("2", "376689003", "4711", "Codeine 30mg tablets"),
        ("3", "376689003", "4711", "Codeine 30mg tablets (A Maker)"),
        ("4", None, "4711", "Codeine 30mg tablets"),
        ("5", None, None, "Something"),
    ]
    assert rows(con, "SELECT count(*) FROM code WHERE is_medicine = 1") == [(4,)]


def test_a_code_of_removed_rows_alone_is_none(tmp_path: Path) -> None:
    entries = [code("1"), code("2", CTV3Code="X75rk") | {"RemovedData": "1"}]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRPatient=[patient()], SRCode=entries)))
    assert rows(con, "SELECT count(*) FROM code WHERE ctv3 = 'X75rk'") == [(0,)]
