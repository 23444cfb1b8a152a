"""What no OMOP database carries."""

from __future__ import annotations

from pipeline.extracts.gaps import Gap, Topic

GAPS = (
    Gap(Topic.NAME, "The extract does not hold names."),
    Gap(Topic.NHS_NUMBER, "The extract does not hold NHS numbers: a person registered at two practices counts twice."),
    Gap(Topic.CONTACT, "The extract does not hold addresses or other contact details."),
    Gap(Topic.TEMPORARY, "The extract does not show which registrations are temporary: all count as regular."),
    Gap(Topic.TEST_PATIENT, "The extract does not show which patients are test patients: all count as real."),
    Gap(Topic.RESTRICTED, "The extract does not show which patients are protected, or whose records are restricted."),
    Gap(Topic.OPT_OUT, "The extract does not show National Data Opt-outs."),
    Gap(Topic.CONFIDENTIAL, "The extract does not show which rows are confidential."),
    Gap(
        Topic.RECORDED_ON,
        "The extract does not show when a row was entered: a search as of an earlier day also sees what came later.",
    ),
    Gap(Topic.PRECISION, "A date known only to the month or year looks like any other."),
    Gap(Topic.KIND, "The extract does not show whether a prescription is acute or repeat, or was issued elsewhere."),
    Gap(Topic.CANCELLED, "The extract does not show which prescriptions were cancelled."),
    Gap(Topic.OTHER, "The extract does not show which course a prescription belongs to."),
    Gap(Topic.NOTE_LENGTH, "The extract does not show how long a fit note lasts."),
    Gap(Topic.CARE_HOME, "The extract does not show who lives in a care home."),
    Gap(Topic.OTHER, "The extract does not show the name of each patient's usual GP."),
    Gap(Topic.OTHER, "The extract does not show departures on or after the last day of a practice's records."),
    Gap(
        Topic.CODES,
        "A local code without a concept is not in the hierarchy: no list entry finds it as a child.",
    ),
    Gap(Topic.CODES, "OMOP has no vocabulary for CTV3, so CTV3 list entries find nothing."),
    Gap(Topic.ROWS, "One entry in a record may appear as several rows, one for each concept it was mapped to."),
)
