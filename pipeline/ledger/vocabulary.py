"""The ledger's own words. The lists are closed, so that records can be counted and tell no one's story.

Words shared with other rooms are in `pipeline/vocabulary.py`.
"""

from __future__ import annotations

# Each state, and how a sentence says it.
STATES = {
    "identified": "identified",
    "nominated": "nominated",
    "excluded": "excluded by the rule",
    "for_review": "for review",
    "later": "put off until later",
    "approved": "approved",
    "unscreened": "unscreened",
    "rejected": "rejected",
    "exported": "exported for a letter",
    "mailed": "mailed",
    "reminded": "reminded",
    "returned": "a letter returned",
    "replied": "replied",
    "ineligible": "ineligible",
    "consented": "consented",
    "declined": "declined",
    "withdrawn": "withdrawn",
    "lapsed": "lapsed",
}

# When two records turn out to be one person, the state that comes first here holds for both. "moved" is lapsed by
# moving, and never written to.
PRECEDENCE = (
    "consented", "declined", "ineligible", "withdrawn", "replied", "returned", "reminded", "mailed", "exported",
    "lapsed",
    "rejected", "for_review", "nominated", "unscreened", "later", "approved", "excluded", "moved", "identified",
)  # fmt: skip

# Nothing has been sent yet, so what a night finds still counts.
OPEN = ("identified", "nominated", "excluded", "for_review", "later", "approved", "unscreened")
BEFORE_POSTING = (*OPEN, "exported")
WRITTEN_TO = (
    "exported", "mailed", "reminded", "returned", "replied", "ineligible", "consented", "declined", "withdrawn",
)  # fmt: skip
DECIDED_BENEATH = ("later", "approved", "unscreened")  # restored when an exclusion no longer holds
# They may still get a letter or a reminder, perhaps after a rejection is taken back, so each run reports on them.
WATCHED = (*BEFORE_POSTING, "mailed", "rejected")

NOMINATION_REASONS = ("known to meet the criteria", "asked to take part", "referred", "other")

# The person's record turned out to be, or may be, someone else's after a letter was made and before it was posted.
WHO_CHANGED = "not certain who this is"

IN_DOUBT = "in doubt"  # the detail of a lapse for what is known of someone who may be the same person

# Why it is not certain who someone is.
DOUBTS = ("number_corrected", "birth_corrected", "place_taken", "separated", "number_shared", "place_changed")
# What a night says it found out: also ids that are new, records that are one person, and decisions that are void.
CHANGES = (*DOUBTS, "renumbered", "joined", "annulled")

REPORTED_LAPSES = ("died", "moved", "refused")

INTERESTS = ("interested", "not_interested")
WORK = ("in_work", "off_sick_from_job", "not_in_work", "not_stated")
INELIGIBLE_REASONS = (
    "in work", "off sick from a job", "out of work for too short a time", "does not want to work", "no chronic pain",
    "age", "already supported into work", "legal claim under way", "cannot take part", "other",
)  # fmt: skip

OUTCOMES = ("for_review", "excluded", "not_found", "lapsed")

STUDY, EVERY_STUDY = "study", "every study"
ALL = ""  # in the chain's column `study`

# What a keyed mark says about a person, the most serious first, and the reason it gives when they lapse.
MARKS = {
    "died": "died",
    "refused": "refused",
    "contacted": "contacted before",
    "rejected": "rejected before",
}
