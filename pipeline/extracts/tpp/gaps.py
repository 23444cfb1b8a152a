"""What no TPP extract carries."""

from __future__ import annotations

from pipeline.extracts.gaps import Gap, Topic

GAPS = (
    Gap(
        Topic.CONFIDENTIAL,
        "Which rows are confidential is not carried: such a row helps to include its patient, like any other.",
    ),
    Gap(Topic.RESTRICTED, "Which records are restricted or address-protected is not carried."),
    Gap(Topic.CANCELLED, "A cancelled issue is not marked: it is either removed or looks like any other issue."),
    Gap(
        Topic.PRECISION,
        "A date known only to the month or year looks like any other, and is read as the day written.",
    ),
    Gap(Topic.CARE_HOME, "Who lives in a care home is not carried."),
    Gap(Topic.OTHER, "The name of the usual GP is not carried."),
    Gap(Topic.NAME, "The number that the practice uses to find a patient is not carried: use the NHS number."),
    Gap(Topic.OPT_OUT, "The National Data Opt-out is not read."),
)
