"""What canonical tables cannot say if a column or the hierarchy is missing."""

from __future__ import annotations

from pipeline.extracts.gaps import HIERARCHY, RECORDED_ON, Lost, Topic, no_column, no_table
from pipeline.extracts.model import Notes
from pipeline.tables import CODE, CODE_PARENT, EVENT, PATIENT, PRACTICE, PRESCRIPTION, Table

_ADDRESS = ("address_1", "address_2", "address_3", "address_4", "address_5", "postcode")
# Groups of columns that together say one thing, and what is lost if any of them is missing.
_LOSSES: dict[str, tuple[tuple[tuple[str, ...], Lost], ...]] = {
    PRACTICE.name: ((("name",), Lost(Topic.OTHER, "what a practice is called")),),
    PATIENT.name: (
        (("nhs_number",), Lost(Topic.NHS_NUMBER, "which patients at two practices are one person")),
        (("date_of_birth",), Lost(Topic.BIRTH_DATE, "how old people are")),
        (("sex",), Lost(Topic.SEX, "the sex of a patient")),
        (("date_of_death",), Lost(Topic.DEATH, "who has died")),
        (
            ("registered_from",),
            Lost(Topic.REGISTERED_FROM, "when registrations began: nobody counts as registered"),
        ),
        (("registered_to",), Lost(Topic.REGISTERED_TO, "who has left: everyone still counts as registered")),
        (("institution",), Lost(Topic.CARE_HOME, "who lives in a care home")),
        (("usual_gp",), Lost(Topic.OTHER, "the name of each patient's usual GP")),
        (("local_number",), Lost(Topic.NAME, "the number that the practice uses to find a patient")),
        (("title", "given_name", "surname"), Lost(Topic.NAME, "patients' full names")),
        (_ADDRESS, Lost(Topic.CONTACT, "patients' full addresses")),
        (("mobile", "email"), Lost(Topic.CONTACT, "other ways to reach a patient")),
        (("sms_consent",), Lost(Topic.CONTACT, "who agrees to text messages")),
    ),
    CODE.name: (
        (("snomed", "read2", "ctv3", "dmd", "bnf"), Lost(Topic.CODES, "codes of these systems")),
        (("local",), Lost(Topic.OTHER, "the supplier's own codes")),
        (("term",), Lost(Topic.PRESCRIPTIONS, "the names of medicines: a list that names them finds nothing")),
    ),
    EVENT.name: (
        (("code_id", "date"), Lost(Topic.EVENTS, "what happened, and when")),
        (("recorded_on",), RECORDED_ON),
        (("value",), Lost(Topic.VALUE, "what was measured")),
        (("unit",), Lost(Topic.UNIT, "the unit of a value")),
        (("encounter",), Lost(Topic.ENCOUNTER, "which rows belong to one consultation")),
    ),
    PRESCRIPTION.name: (
        (("code_id", "date"), Lost(Topic.PRESCRIPTIONS, "what was prescribed, and when")),
        (("recorded_on",), RECORDED_ON),
        (("course",), Lost(Topic.OTHER, "which issues belong to one course")),
        (("quantity",), Lost(Topic.QUANTITY, "how much was prescribed")),
        (("unit",), Lost(Topic.UNIT, "the unit of a quantity")),
        (("duration_days",), Lost(Topic.OTHER, "how many days a prescription lasts")),
    ),
}


def say_columns(table: Table, file: str, names: tuple[str, ...], notes: Notes) -> None:
    """Note the gaps left by columns that a file lacks, and warn how many of its columns we do not use."""
    here = {name.lower() for name in names}
    for columns, lost in _LOSSES.get(table.name, ()):
        absent = [name for name in columns if name not in here]
        if absent:
            notes.gaps.append(no_column(file, ", ".join(absent), lost))
    unknown = len(here - set(table.names))
    if unknown:
        notes.warnings.append(f"{file}: {unknown} columns are not in the canonical table and were not read.")


def say_tables(found: set[str], notes: Notes) -> None:
    """Note the gap left if there is no hierarchy. `found`: the names of the tables in the folder."""
    if CODE_PARENT.name not in found:
        notes.gaps.append(no_table(f"{CODE_PARENT.name} table", HIERARCHY))
