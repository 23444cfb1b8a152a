"""What no CPRD Aurum extract carries."""

from __future__ import annotations

from pipeline.extracts.gaps import Gap, Topic

GAPS = (
    Gap(Topic.NAME, "Patients' names are not carried, only CPRD's own numbers for them."),
    Gap(Topic.NHS_NUMBER, "NHS numbers are not carried: one person registered at two practices is two patients here."),
    Gap(Topic.CONTACT, "Addresses, telephone numbers and consent to text messages are not carried."),
    Gap(
        Topic.BIRTH_DAY,
        "Only the year of birth is carried (and the month, for children), so ages are known to within a year.",
    ),
    Gap(Topic.OPT_OUT, "People who object to their records leaving the practice (type 1) are not in the extract."),
    Gap(Topic.OPT_OUT, "The National Data Opt-out is not carried."),
    Gap(Topic.TEST_PATIENT, "The only test patients marked are those of the type dummy."),
    Gap(Topic.CONFIDENTIAL, "Which consultations and rows are confidential is not carried."),
    Gap(Topic.RESTRICTED, "Which records are restricted is not carried."),
    Gap(
        Topic.PRECISION,
        "A date known only to the month or year looks like any other, and is read as the day written.",
    ),
    Gap(
        Topic.KIND,
        "Whether a prescription is acute, repeat or issued elsewhere is not carried: only which issues make a course.",
    ),
    Gap(Topic.CANCELLED, "Which issues were cancelled is not carried."),
    Gap(
        Topic.HIERARCHY,
        "The hierarchy of codes is not carried: a list entry with its children finds only itself (Read codes still "
        "find their own).",
    ),
    Gap(Topic.NOTE_LENGTH, "How long a fit note lasts is not carried."),
    Gap(Topic.CARE_HOME, "Who lives in a care home is not carried."),
    Gap(Topic.OTHER, "The name of the usual GP is not carried."),
)
