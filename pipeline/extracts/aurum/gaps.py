"""What no CPRD Aurum extract carries."""

from __future__ import annotations

from pipeline.extracts.gaps import Gap, Topic

GAPS = (
    Gap(Topic.NAME, "The extract does not hold patients' names, only CPRD's own numbers for them."),
    Gap(
        Topic.NHS_NUMBER,
        "The extract does not hold NHS numbers: one person registered at two practices is two patients here.",
    ),
    Gap(Topic.CONTACT, "The extract does not hold addresses, telephone numbers or consent to text messages."),
    Gap(
        Topic.BIRTH_DAY,
        "The extract holds only the year of birth (and the month, for children), so ages are known to within a year.",
    ),
    Gap(Topic.OPT_OUT, "People who object to their records leaving the practice (type 1) are not in the extract."),
    Gap(Topic.OPT_OUT, "The extract does not show National Data Opt-outs."),
    Gap(Topic.TEST_PATIENT, "The only test patients marked are those of the type dummy."),
    Gap(Topic.CONFIDENTIAL, "The extract does not show which consultations and rows are confidential."),
    Gap(Topic.RESTRICTED, "The extract does not show which records are restricted."),
    Gap(
        Topic.PRECISION,
        "A date known only to the month or year looks like any other, and is read as the day written.",
    ),
    Gap(
        Topic.KIND,
        "The extract does not show whether a prescription is acute, repeat or issued elsewhere, only which issues "
        "make up a course.",
    ),
    Gap(Topic.CANCELLED, "The extract does not show which issues were cancelled."),
    Gap(
        Topic.HIERARCHY,
        "The extract does not hold the hierarchy of codes: a list entry with its children finds only itself (Read "
        "codes still find their own).",
    ),
    Gap(Topic.NOTE_LENGTH, "The extract does not show how long a fit note lasts."),
    Gap(Topic.CARE_HOME, "The extract does not show who lives in a care home."),
    Gap(Topic.OTHER, "The extract does not show the name of each patient's usual GP."),
)
