"""Formulas, SQL and text that turns around, in every field and file name: in the lists it is text, and nothing more."""

from __future__ import annotations

import pytest

from tests.effort import LONG, longer, some
from tests.hostile.folders import FOLDERS, TEXT, Files
from tests.hostile.looking import look, look_at, room, write_files
from tests.hostile.oracle import sound
from tests.hostile.table import Grid, read_grid, write_grid

pytestmark = longer

NASTY = [
    '=HYPERLINK("http://example.org","x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    " =1",
    "\uff1d1+1",
    "\u202e\u2066gnp.exe",
    "\x1b]0;title\x07",
    "a\rb",
    "a\x00b".replace("\x00", "\x01"),
    "'); DROP TABLE patient; --",
    "' OR 1=1 --",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "%s%n${x}",
    "\ufeff=1",
    "é" * 5000,
]
# Fields of free text of each format: whatever stands in them decides nothing.
FREE = {
    "emis": {
        "Admin_Patient": "Title GivenName MiddleNames Surname HouseNameFlatNumber Village Town County CarerName "
        "CarerRelation EmailAddress HomePhone MobilePhone ExternalUsualGP PatientNumber Postcode",
        "Admin_Organisation": "OrganisationName OrganisationType",
        "CareRecord_Observation": "AssociatedText NumericUnit ObservationType",
        "Prescribing_IssueRecord": "Dosage QuantityUnit",
        "Coding_ClinicalCode": "Term NationalDescription",
    },
    "plain": {"patient.csv": "surname", "practice.csv": "name supplier", "code.csv": "term"},
    "tpp": {
        "SRPatient.csv": "Title FirstName Surname PreviousSurname BirthPlace EmailAddress",
        "SRCode": "CTV3Text SNOMEDText NumericUnit",
        "SROrganisation": "Name",
    },
}


def filled(format: str, text: str) -> Files:
    """The folder with a text in every free field of every row, as far as its encoding has the characters."""
    files = FOLDERS[format]()
    for part, columns in FREE[format].items():
        [name] = [each for each in files if part in each]
        grid = read_grid(files[name], TEXT[format])
        assert grid is not None
        places = {grid.header.index(column) for column in columns.split()}
        medicine = [any("Codeine" in cell for cell in row) for row in grid.rows]  # its name is what it is found by
        rows = [
            [text if n in places and not kept else cell for n, cell in enumerate(row)]
            for row, kept in zip(grid.rows, medicine, strict=True)
        ]
        encoding = TEXT[format].encoding
        spelt = write_grid(Grid(grid.header, rows), TEXT["emis"]).decode()
        files[name] = spelt.encode(encoding, errors="replace")
    return files


@pytest.mark.parametrize(("format", "text"), some([(one, text) for text in NASTY[:14] for one in FREE], 2))
def test_what_stands_in_free_text_lists_nobody_else(format: str, text: str) -> None:
    seen, before = look(filled(format, text)), sound(format)
    assert {one[:3] for one in seen.listed} == {one[:3] for one in before.listed}


ODD_NAMES = (
    "'; DROP TABLE patient; --.csv",
    "=1+1.csv",
    "\u202evsc.exe",
    "patients (1).csv",
    "a\nb.csv",
    "-rf.csv",
    "*.csv",
)


@pytest.mark.parametrize("format", ["emis", "plain"] if LONG else ["plain"])
def test_files_with_odd_names_beside_the_extract(format: str) -> None:
    odd = dict.fromkeys(ODD_NAMES, b"a,b\n1,2\n")
    assert look(FOLDERS[format]() | odd).listed == sound(format).listed


def test_a_folder_whose_own_name_is_sql() -> None:
    with room() as base:
        (base / "o'); DROP --").mkdir()
        folder = write_files(base / "o'); DROP --" / "in", FOLDERS["plain"]())
        assert look_at(folder, base / "o'); DROP --" / "out").listed == sound("plain").listed
