"""What no TPP extract carries."""

from __future__ import annotations

from pipeline.extracts.gaps import Gap, Topic

GAPS = (
    Gap(
        Topic.CONFIDENTIAL,
        "The extract does not show which rows are confidential: such a row helps to include like any other.",
    ),
    Gap(Topic.RESTRICTED, "The extract does not show which records are restricted or address-protected."),
    Gap(Topic.CANCELLED, "A cancelled issue is not marked: it is either removed or looks like any other issue."),
    Gap(
        Topic.PRECISION,
        "A date known only to the month or year looks like any other, and is read as the day written.",
    ),
    Gap(Topic.CARE_HOME, "The extract does not show who lives in a care home."),
    Gap(Topic.OTHER, "The extract does not show the name of each patient's usual GP."),
    Gap(
        Topic.NAME, "The extract does not show the number that the practice uses to find a patient: use the NHS number."
    ),
    Gap(Topic.OPT_OUT, "The National Data Opt-out is not read."),
)
