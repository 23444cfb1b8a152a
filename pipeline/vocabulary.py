"""The closed lists of words that several rooms share. They are closed so that what is recorded can be counted.

A list that only one room uses stays in that room. Stores, ledgers and manifests keep these values, so never change one.
"""

from __future__ import annotations

from typing import Literal

# What a reviewer may decide.
DECISIONS = ("approved", "rejected", "later")

# Reasons that say more than a rule can. Every study has them, and a reviewer cannot take them back.
SAID_NO = "said no to research"  # said about any study, so it holds in all
FINAL_REJECTIONS = (SAID_NO, "died or moved away", "already in the study")

# Why a reviewer rejects someone, where the rule has no reasons of its own. Free text would tell an audit more about a
# person than it needs.
REJECTION_REASONS = (
    "in work",  # Solent and InSTEP: the letters stakeholders fear most
    "off sick from a job",  # Warwick: 2 of 31 recruits were off sick, not out of work
    "cancer-related pain",  # this and the next three: the exclusions of Bruhn 2013, a review of chronic pain
    "severe mental illness",
    "terminal illness",
    "history of addiction",
    "recent bereavement",  # HEAF protocol
    "other illness",  # CoBalT: about a tenth of exclusions are for comorbidity
    "cannot consent",  # this and the next: what the shipped rules flag for the reviewer to decide
    "safeguarding concern",
    "legal claim under way",  # Warwick's protocol excludes ongoing litigation
    "died or moved away",  # a posted letter would harm or be wasted
    "already in the study",
    SAID_NO,  # said to the practice and not coded
    "other",  # CoBalT: 13% of exclusions had no reason; this at least says that someone looked
)

# How someone came to be nominated. Most are places where people look for work or live with pain.
ROUTES = (
    "hand search",
    "personal knowledge",
    "opportunistic",
    "poster",
    "pain service",
    "physiotherapy",
    "rheumatology",
    "job centre",
    "employment service",
    "community group",
    "library",
    "media",
)

# The roles of a code list that say no: a person's own refusal, whatever else the list holds.
REFUSAL_ROLES = frozenset(
    {"declined", "dissent", "do_not_contact", "no_contact", "objection", "opt_out", "opted_out", "refusal", "refused"}
)

# The roles of people whose work does not change back: what they say about work does not go out of date.
PERMANENT_ROLES = ("retired", "unable")

# What the record says about a person's work.
WorkState = Literal["in_work", "out_of_work", "conflicting", "other", "not_recent", "none"]

# What says so, the strongest first; and how old it is on the index date.
WorkStrength = Literal["employment_code", "employers_note", "may_be_fit_certificate", "other_certificate", "none"]
WorkAge = Literal[
    "under_3_months", "3_to_6_months", "6_to_12_months", "12_to_24_months", "over_24_months", "undated", "none"
]  # fmt: skip

# The roles of codes that are weaker evidence than a code for someone's employment.
EMPLOYERS_NOTES = ("notification", "private", "self_certificate")  # issued because an employer wants them
FITNESS_NOTES = ("back_to_work", "may_be_fit")  # a certificate, which may be issued for benefits too
OTHER_CERTIFICATES = ("duplicate", "not_fit", "not_issued", "unspecified")  # if a site's own rule reads work from them

# What a search decides about one of a person's records: listed, or not because of another of their records, or because
# of what has happened since a past index date.
Placement = Literal[
    "listed", "registered_elsewhere", "dead_elsewhere", "perhaps_dead", "excluded_elsewhere",
    "in_earlier_list", "waiting", "died_since", "left_since", "refused_since",
]  # fmt: skip
REGISTERED_ELSEWHERE: Placement = "registered_elsewhere"
PERHAPS_DEAD: Placement = "perhaps_dead"  # by a record whose date of birth differs as a mistyped one does
EXCLUDED_ELSEWHERE: Placement = "excluded_elsewhere"  # by what stands against the person in another of their records
IN_EARLIER_LIST: Placement = "in_earlier_list"  # in the file of people to leave out
WAITING: Placement = "waiting"  # beyond the number of new people that the rule lists in a night

# The program's own steps in the attrition table and in the answers of invented patients. No criterion may have such a
# name, or its counts could not be told from theirs.
STAGES = (
    "records",
    "reported",
    "real",
    "alive",
    "registered",
    "registered_for",
    "age",
    "sex",
    "in_work",
    "one_person",
    "excluded_elsewhere",
    "in_earlier_list",
    "named_today",
    "waiting",
    "listed",
)
