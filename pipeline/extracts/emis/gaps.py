"""What no EMIS Web bulk extract carries."""

from __future__ import annotations

from pipeline.extracts.gaps import Gap, Topic

GAPS = (
    Gap(Topic.NOTE_LENGTH, "How long a fit note lasts is not coded in an EMIS bulk extract."),
    Gap(Topic.CANCELLED, "A single cancelled issue is not marked: it is either deleted or looks like any other issue."),
    Gap(Topic.OTHER, "Only the latest registration of each patient is carried, not those before it."),
    Gap(Topic.CONTACT, "Consent to text messages is not carried: a mobile number is not consent."),
    Gap(Topic.OPT_OUT, "The National Data Opt-out is not carried."),
)
