"""Two rows of one key in one delivery, in every table of every format: neither is lost, and it never goes unsaid."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import effort
from tests.hostile.folders import FOLDERS, TEXT, Files
from tests.hostile.looking import Seen, look
from tests.hostile.oracle import people, sound
from tests.hostile.table import Grid, read_grid, write_grid


@dataclass(frozen=True)
class Keyed:
    file: str
    key: tuple[str, ...]
    within: str = ""
    is_patients: bool = False


TABLES: dict[str, tuple[Keyed, ...]] = {
    "emis": (
        Keyed("Admin_Patient", ("PatientGuid",), "OrganisationGuid", is_patients=True),
        Keyed("CareRecord_Observation", ("ObservationGuid",), "OrganisationGuid"),
        Keyed("Prescribing_IssueRecord", ("IssueRecordGuid",), "OrganisationGuid"),
        Keyed("Admin_Organisation", ("OrganisationGuid",)),
        Keyed("Coding_ClinicalCode", ("CodeId",)),
    ),
    "plain": (
        Keyed("patient", ("person_row",), is_patients=True),
        Keyed("event", ("source_key",)),
        Keyed("prescription", ("source_key",)),
        Keyed("practice", ("practice_id",)),
        Keyed("code", ("code_id",)),
    ),
    "explorer": (
        Keyed("patient", ("patient_id",), "organisation", is_patients=True),
        Keyed("observation", ("observation_id",), "organisation"),
        Keyed("medication_issue_record", ("issue_record_id",), "organisation"),
        Keyed("clinical_code", ("code_id",)),
    ),
    "explorer_older": (
        Keyed("patient", ("registration_guid",), is_patients=True),
        Keyed("observation", ("emis_observation_guid",)),
        Keyed("medication", ("emis_drug_guid",), "emis_registration_organisation_guid"),
        Keyed("clinical_codes", ("code_id",)),
    ),
    "omop": (
        Keyed("person", ("person_id",), is_patients=True),
        Keyed("condition_occurrence", ("condition_occurrence_id",)),
        Keyed("drug_exposure", ("drug_exposure_id",)),
        Keyed("concept", ("concept_id",)),
    ),
    "tpp": (
        Keyed("SRPatient", ("RowIdentifier",), "IDOrganisationVisibleTo", is_patients=True),
        Keyed("SRPatientRegistration", ("RowIdentifier",), "IDOrganisationVisibleTo"),
        Keyed("SRCode", ("RowIdentifier",), "IDOrganisationVisibleTo"),
        Keyed("SRPrimaryCareMedication", ("RowIdentifier",), "IDOrganisationVisibleTo"),
    ),
    "aurum": (
        Keyed("study_Extract_Patient_001", ("patid",), is_patients=True),
        Keyed("study_Extract_Observation_001", ("patid", "obsid")),
        Keyed("study_Extract_DrugIssue_001", ("patid", "issueid")),
        Keyed("202605_EMISMedicalDictionary", ("MedCodeId",)),
    ),
}
_DELETES = ("Deleted", "RemovedData", "is_deleted")


@dataclass(frozen=True)
class Repeat:
    """A folder in which the row `other` is there again, under the key of the row `one`."""

    files: Files
    one: dict[str, str]
    other: dict[str, str]

    @property
    def deletes(self) -> bool:
        return any(self.other.get(column, "").lower() in ("true", "1") for column in _DELETES)


def _table(format: str, table: Keyed) -> tuple[str, Grid]:
    files = FOLDERS[format]()
    name = next(name for name in files if table.file in name and (format != "tpp" or name == f"{table.file}.csv"))
    grid = read_grid(files[name], TEXT[format])
    assert grid is not None
    return name, grid


def _practice(row: dict[str, str], table: Keyed) -> str | int | None:
    """Within which a key is a row's own. In canonical tables the patient's, who are in two practices by turns."""
    return int(row["person_row"]) % 2 if table.key == ("source_key",) else row.get(table.within)


@st.composite
def repeats(draw: st.DrawFn, format: str, table: Keyed) -> Repeat:
    name, grid = _table(format, table)
    rows = [dict(zip(grid.header, row, strict=True)) for row in grid.rows]
    one = draw(st.sampled_from(rows))
    others = [row for row in rows if row is not one and _practice(row, table) == _practice(one, table)]
    other = draw(st.sampled_from(others or [rows[rows.index(one) - 1]]))
    added = list((other | {column: one[column] for column in table.key}).values())
    place = draw(st.sampled_from((0, len(rows))))
    changed = Grid(grid.header, [*grid.rows[:place], added, *grid.rows[place:]])
    return Repeat(FOLDERS[format]() | {name: write_grid(changed, TEXT[format])}, one, other)


def _may_go(seen: Seen, format: str, row: dict[str, str]) -> bool:
    """Whether nobody is missing from the list but the patient whose key was used again."""
    gone = people(sound(format)) - people(seen)
    text = " ".join(row.values()).lower().replace("-", "")
    return all(key.lower().replace("-", "") in text for key in gone)


@pytest.mark.parametrize(
    ("format", "table"),
    [pytest.param(format, table, id=f"{format} {table.file}") for format in TABLES for table in TABLES[format]],
)
def test_a_key_used_again_for_another_row(format: str, table: Keyed) -> None:
    @effort(1, 200)
    @given(repeats(format, table))
    def check(repeat: Repeat) -> None:
        seen = look(repeat.files)
        if seen.error:
            return
        assert seen.says_more_than(sound(format))
        assert people(seen) <= people(sound(format))
        if table.is_patients or len(table.key) > 1 or repeat.deletes:
            assert _may_go(seen, format, repeat.one)
        else:
            assert seen.listed == sound(format).listed

    check()


@pytest.mark.parametrize("format", TABLES)
def test_rows_that_are_there_again_change_nothing(format: str) -> None:
    """The first and the last row of every table: once more at its end."""
    files = FOLDERS[format]()
    again = {}
    for name, content in files.items():
        grid = read_grid(content, TEXT[format])
        if grid and grid.rows and "Manifest" not in name:
            again[name] = write_grid(Grid(grid.header, [*grid.rows, grid.rows[0], grid.rows[-1]]), TEXT[format])
    seen = look(files | again)
    assert (seen.error, seen.listed, seen.warnings) == ("", sound(format).listed, sound(format).warnings)


def test_every_format_is_tried() -> None:
    assert TABLES.keys() == TEXT.keys()
