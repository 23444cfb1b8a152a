"""What every rule means unless it says otherwise, in words: written into each run's manifest."""

from __future__ import annotations

DEFAULTS = (
    "A window such as 'within: 12 months' reaches from the same day of the month 12 months before the index date "
    "to the index date, both ends in. A month that is too short gives its last day.",
    "Age is completed years. Someone born on 29 February has the birthday on 1 March in other years.",
    "'at_least' counts distinct dates unless the rule says 'count: rows'.",
    "'persists: 3 months' holds when the first match plus 3 months is on or before the last match.",
    "For a person (include): an unknown date satisfies no window, only 'ever'; a date known to the month or year "
    "must lie wholly inside the window, and proves no second date; confidential rows do not count.",
    "Against a person (exclude, flag, or under 'not'): an unknown date satisfies every window; a date known to the "
    "month or year need only touch it, and counts as a date of its own; confidential rows count, wording withheld.",
    "Rows dated before birth or after the index date, rows recorded after the index date, deleted rows and rows of "
    "test records never count.",
    "'latest' looks at the newest day across all roles of its lists. On a tie the role that speaks against a letter "
    "wins. An undated row is older than any dated one.",
    "A fit note covers its date and the days after it, up to its length, which is coded in the same encounter (the "
    "longest, if several) or else assumed. Notes are merged over the whole record; the window is applied to spells.",
    "What the record says of work: the newest row wins inside its look-back, a tie is conflicting, and a row in doubt "
    "counts when it says in work.",
    "One person is one valid NHS number with one date of birth, listed by the current regular registration, the "
    "latest of several; nobody is listed who is dead in any of their records.",
)
