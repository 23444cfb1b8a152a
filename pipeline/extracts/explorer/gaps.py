"""What an EMIS-X Explorer export cannot carry, in sentences."""

from __future__ import annotations

import duckdb

from pipeline.extracts.explorer.stage import Staged
from pipeline.extracts.gaps import Gap, Topic
from pipeline.extracts.model import Notes
from pipeline.tables import VALID_PSEUDONYM

GAPS = (
    Gap(Topic.NOTE_LENGTH, "How long a fit note lasts is not coded in an EMIS-X Explorer export."),
    Gap(Topic.OTHER, "The extract holds only one registration of each patient, not earlier ones."),
    Gap(
        Topic.OTHER,
        "Practices are identified not by their ODS codes but by EMIS's own name for them, such as CDB12345 or "
        "EXA0123456789AB.",
    ),
    Gap(Topic.OTHER, "The extract does not show the name of each patient's usual GP."),
    Gap(Topic.CONFIDENTIAL, "The extract does not show which consultations are confidential."),
    Gap(Topic.CONTACT, "The extract does not show consent to text messages: a mobile number is not consent."),
)
_OLDER = (
    Gap(
        Topic.ISSUES,
        "Only the newest issue of each course of medicine has a date, so earlier issues are not seen. A rule that "
        "counts issues, or needs more than one of a course, finds too few people.",
    ),
    Gap(
        Topic.REGISTERED_FOR,
        "The extract does not show when a registration began, only whether the patient is registered now: nobody is "
        "known to have been registered for any time before the day of the extract.",
    ),
    Gap(
        Topic.RECORDED_ON,
        "The extract does not show when an issue was entered: a search as of an earlier day also sees what came later.",
    ),
    Gap(Topic.CANCELLED, "The extract does not show which issues were cancelled."),
    Gap(Topic.OPT_OUT, "The extract does not show National Data Opt-outs."),
    Gap(
        Topic.OPT_OUT,
        "The marks opt_out_9nd19nu0_flag and opt_out_9nd19nu09nu4_flag mix several objections and are not read.",
    ),
)
_TEMPORARY = Gap(
    Topic.TEMPORARY,
    "The extract does not show whether a patient is regular or temporary: everyone counts as a regular patient.",
)
_TEST = Gap(Topic.TEST_PATIENT, "Test patients are not marked.")
_RESTRICTED = Gap(
    Topic.RESTRICTED, "The extract does not show which patients have a restricted or confidential record."
)
_TYPE_1 = Gap(Topic.OPT_OUT, "Type 1 objections are not marked on patients; rows with codes for them are read.")
_NATIONAL = Gap(Topic.OPT_OUT, "The National Data Opt-out is not marked on patients; rows with codes for it are read.")
_NUMBER = Gap(
    Topic.NHS_NUMBER,
    "No number identifies a person across practices, so a person may be counted twice.",
)
_BEGAN = Gap(
    Topic.REGISTERED_FROM,
    "The extract does not show when a patient's registration began, so nobody is known to be registered.",
    is_missing=True,
)
_ENDED = Gap(
    Topic.REGISTERED_TO,
    "The extract does not show when a patient's registration ended, so people who left still count as registered.",
    is_missing=True,
)
MONTH = Gap(
    Topic.BIRTH_DAY,
    "The extract holds only the month of birth, so a person's age may be uncertain in the month of their birthday.",
)
NUMBERS = Gap(
    Topic.OTHER,
    "A pseudonym does not show whether the NHS number behind it is valid: two people with the same wrong number count "
    "as one if they may also have been born in the same month.",
)
NAMES = Gap(Topic.NAME, "The extract does not hold patients' names.")
PSEUDONYMISED = "This EMIS-X Explorer export is pseudonymised: its patients have no names or NHS numbers."


def say_gaps(people: Staged, observations: Staged, is_older: bool, notes: Notes) -> None:
    """Note what the format never carries, and what these files lack."""
    here, rows = {*people.chosen}, {*observations.chosen}
    notes.gaps.extend(GAPS)
    if is_older:
        notes.gaps.extend(_OLDER)
    marks = {"sensitive_patient", "confidential_patient"}
    carried = {
        _TEMPORARY: "registration_type" in here or "regular" in rows,
        _TEST: "dummy" in here or "dummy" in rows,
        _RESTRICTED: bool({"sensitive", "confidential"} & here or marks & rows),
        _TYPE_1: "shares" in here or is_older,
        _NATIONAL: "opted_in" in here or is_older,
        _NUMBER: "nhs_number" in here,
        _BEGAN: "registered" in here or is_older,
        _ENDED: bool({"left_on", "active"} & here) or is_older,
        NAMES: "surname" in here,
    }
    notes.gaps.extend(gap for gap, is_carried in carried.items() if not is_carried)


def round_births(con: duckdb.DuckDBPyConnection, is_older: bool, notes: Notes) -> None:
    """Mark dates of birth as months where the current models rounded them: where every one is the first of a month."""
    exact = "SELECT 1 FROM explorer_patient WHERE birth_precision = 'day' AND extract(day FROM born) <> 1 LIMIT 1"
    if not is_older and not con.execute(exact).fetchone():
        con.execute("UPDATE explorer_patient SET birth_precision = 'month' WHERE birth_precision = 'day'")
    if con.execute("SELECT 1 FROM explorer_patient WHERE birth_precision = 'month' LIMIT 1").fetchone():
        notes.gaps.append(MONTH)


def why_pseudonymised(con: duckdb.DuckDBPyConnection) -> str:
    """Why no list can be written, where no patient has a surname or an NHS number of ten digits; else empty."""
    named = (
        "SELECT 1 FROM explorer_patient WHERE deleted = 0 "
        "AND (surname IS NOT NULL OR regexp_full_match(nhs_number, '\\d{10}')) LIMIT 1"
    )
    return "" if con.execute(named).fetchone() else PSEUDONYMISED


def say_numbers(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Note the gap left where NHS numbers are pseudonyms."""
    if con.execute(f"SELECT 1 FROM explorer_patient WHERE nhs_number LIKE '{VALID_PSEUDONYM}%' LIMIT 1").fetchone():
        notes.gaps.append(NUMBERS)
