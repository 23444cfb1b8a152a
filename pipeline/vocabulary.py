"""What a reviewer may decide, and why someone may be left out: closed lists, so that decisions can be counted."""

from __future__ import annotations

DECISIONS = ("approved", "rejected", "later")

# Free words would put more about a person into the audit than it needs, so the last resort is "other".
REASONS = (
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
    "said no to research",  # said to the practice and not coded
    "other",  # CoBalT: 13% of exclusions had no reason; this at least says that someone looked
)
