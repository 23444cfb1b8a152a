"""The words of the ledger: closed lists, so that what is recorded can be counted and holds nobody's story."""

from __future__ import annotations

STATES = (
    "identified", "nominated", "excluded", "for_review", "later", "approved", "unscreened", "rejected", "exported",
    "mailed", "reminded", "returned", "replied", "ineligible", "consented", "declined", "withdrawn", "lapsed",
)  # fmt: skip

# Nothing has gone out yet: what a night finds still counts.
OPEN = ("identified", "nominated", "excluded", "for_review", "later", "approved", "unscreened")
BEFORE_POSTING = (*OPEN, "exported")
WRITTEN_TO = (
    "exported", "mailed", "reminded", "returned", "replied", "ineligible", "consented", "declined", "withdrawn",
)  # fmt: skip
DECIDED_BENEATH = ("later", "approved", "unscreened")  # an exclusion that is over gives these back
# A letter or a reminder may still go to them, also after a rejection is taken back, so each run says how they are.
WATCHED = (*BEFORE_POSTING, "mailed", "rejected")

ROUTES = (
    "hand search", "personal knowledge", "opportunistic", "poster", "pain service", "physiotherapy", "rheumatology",
    "job centre", "employment service", "community group", "library", "media",
)  # fmt: skip
NOMINATION_REASONS = ("known to meet the criteria", "asked to take part", "referred", "other")

# The same words as the list's (`pipeline/vocabulary.py`); a test holds them together.
REJECTION_REASONS = (
    "in work", "off sick from a job", "cancer-related pain", "severe mental illness", "terminal illness",
    "history of addiction", "recent bereavement", "other illness", "cannot consent", "safeguarding concern",
    "legal claim under way", "died or moved away", "already in the study", "said no to research", "other",
)  # fmt: skip
SAID_NO = "said no to research"  # of any study, so it holds in all
FINAL_REJECTIONS = (SAID_NO, "died or moved away", "already in the study")  # a reviewer cannot take these back

LAPSE_REASONS = ("died", "moved", "refused", "contacted before", "rejected before", "retention ended")
REPORTED_LAPSES = ("died", "moved", "refused")

INTERESTS = ("interested", "not_interested")
WORK = ("in_work", "off_sick_from_job", "not_in_work", "not_stated")
INELIGIBLE_REASONS = (
    "in work", "off sick from a job", "out of work for too short a time", "does not want to work", "no chronic pain",
    "age", "already supported into work", "legal claim under way", "cannot take part", "other",
)  # fmt: skip

OUTCOMES = ("for_review", "excluded", "not_found", "lapsed")
ELSEWHERE = "registered_elsewhere"  # the exclusion of a record that is not its person's own

STUDY, EVERY_STUDY = "study", "every study"
ALL = ""  # in the chain's column `study`

# What a keyed mark says of whoever it belongs to, and the reason it gives for letting somebody lapse.
MARKS = {
    "died": "died",
    "refused": "refused",
    "contacted": "contacted before",
    "rejected": "rejected before",
}
