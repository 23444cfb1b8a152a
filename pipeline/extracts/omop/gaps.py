"""What no OMOP database carries."""

from __future__ import annotations

from pipeline.extracts.gaps import Gap, Topic

GAPS = (
    Gap(Topic.NAME, "Names are not carried."),
    Gap(Topic.NHS_NUMBER, "NHS numbers are not carried: a person registered at two practices counts twice."),
    Gap(Topic.CONTACT, "Addresses and other contact details are not carried."),
    Gap(Topic.TEMPORARY, "Which registrations are temporary is not carried: all count as regular."),
    Gap(Topic.TEST_PATIENT, "Which patients are test patients is not carried: all count as real."),
    Gap(Topic.RESTRICTED, "Which patients are protected, and whose records are restricted, is not carried."),
    Gap(Topic.OPT_OUT, "The National Data Opt-out is not carried."),
    Gap(Topic.CONFIDENTIAL, "Which rows are confidential is not carried."),
    Gap(
        Topic.RECORDED_ON,
        "The day a row was entered is not carried, so a search as of an earlier day also sees what came later.",
    ),
    Gap(Topic.PRECISION, "A date known only to the month or year looks like any other."),
    Gap(Topic.KIND, "Whether a prescription is acute or repeat, or was issued elsewhere, is not carried."),
    Gap(Topic.CANCELLED, "Which prescriptions were cancelled is not carried."),
    Gap(Topic.OTHER, "Which course a prescription belongs to is not carried."),
    Gap(Topic.NOTE_LENGTH, "How long a fit note lasts is not carried."),
    Gap(Topic.CARE_HOME, "Who lives in a care home is not carried."),
    Gap(Topic.OTHER, "The name of each patient's usual GP is not carried."),
    Gap(Topic.OTHER, "A departure on or after the last day of a practice's records is not carried."),
    Gap(
        Topic.CODES,
        "A local code without a concept is not in the hierarchy: no list entry finds it as a child.",
    ),
    Gap(Topic.CODES, "OMOP has no vocabulary for CTV3, so CTV3 list entries find nothing."),
    Gap(Topic.ROWS, "One entry in a record may appear as several rows, one for each concept it was mapped to."),
)
