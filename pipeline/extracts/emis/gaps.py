"""What no EMIS Web bulk extract carries."""

from __future__ import annotations

from pipeline.extracts.gaps import Gap, Topic

GAPS = (
    Gap(Topic.NOTE_LENGTH, "How long a fit note lasts is not coded in an EMIS bulk extract."),
    Gap(Topic.CANCELLED, "A single cancelled issue is not marked: it is either deleted or looks like any other issue."),
    Gap(Topic.OTHER, "The extract holds only the latest registration of each patient, not earlier ones."),
    Gap(Topic.CONTACT, "The extract does not show consent to text messages: a mobile number is not consent."),
    Gap(Topic.OPT_OUT, "The extract does not show National Data Opt-outs."),
)
