"""What every rule means unless it says otherwise, in words: written into each run's manifest, printed with a rule."""

from __future__ import annotations

DEFAULTS = (
    "The index date is the newest extract date, unless '--as-of' gives an earlier one.",
    "A window such as 'within: 12 months' reaches from the same day of the month 12 months before the index date "
    "to the index date, both ends in. A month that is too short gives its last day; '365 days' and '12 months' differ.",
    "'before: 3 months' is on or before the index date less 3 months. 'between' gives one or both ends, both in, each "
    "a day or a length of time before the index date; without 'to', or with one later, it ends on the index date.",
    "Age is completed years. Someone born on 29 February has the birthday on 1 March in other years. A date of birth "
    "known to the month or year must certainly give the age; without one nobody is looked at.",
    "A registration is current on the index date, 'regular' unless the rule says otherwise, and where the rule says "
    "'for: 3 months' began on or before the index date less 3 months.",
    "A criterion asks for at least one row unless it gives 'at_least' or 'at_most'. 'at_most' alone also holds for "
    "people without any row.",
    "'at_least' and 'at_most' count distinct dates unless the rule says 'count: rows' (of prescriptions: 'issues'), "
    "where each row counts, even on one day, or 'count: drugs', where different substances count as the list names "
    "them. For a person a medicine without a substance proves no second drug; against a person each is another.",
    "'at_most' counts the rows that speak against it: for a person every row that possibly counts, against a person "
    "only those that certainly do.",
    "'value' has both bounds in, and of a prescription is its quantity; the unit is not looked at. A row without a "
    "value is in the range never for a person, always against one.",
    "'persists: 3 months' holds when the first match plus 3 months is on or before the last match: for a person "
    "between exact dates, against a person between possible ones.",
    "'after' takes rows from the other criterion's first date (or 'last', where the rule says so) to 'within' after "
    "it, both ends in. That date is of any row of the other criterion's lists and roles in its window; how many rows "
    "and what value that one asks for play no part. For a person the row must lie so wherever that date may lie.",
    "For a person (include): an unknown date satisfies no window, only 'ever'; a date known to the month or year "
    "must lie wholly inside the window (by the index date, for 'ever'), and proves no second date; confidential rows "
    "do not count.",
    "Against a person (exclude, flag): an unknown date satisfies every window; a date known to the month or year "
    "need only touch it, and counts as a date of its own; confidential rows count, wording withheld.",
    "'not' turns the reading of doubt round: inside it, what speaks for a person is read as against, and the reverse.",
    "Rows dated before birth or after the index date, rows recorded after the index date, deleted rows and rows of "
    "test records never count.",
    "'latest' looks at the newest day across all roles of its lists. On a tie the role that speaks against a letter "
    "wins. An undated row is older than any dated one.",
    "A fit note covers its date and the days after it, up to its length, which is coded in the same encounter (the "
    "longest, if several) or else assumed; a coded length of more than a year is taken for a mistake. Notes are merged "
    "over the whole record, bridged days count, no day after the index date does; the window is applied to spells. "
    "The list is 'fit-notes' unless another is named.",
    "The first exclusion that holds is given as the reason; all that hold are kept.",
    "What the record says of work: the newest row wins inside its look-back, and a tie is conflicting. A row in doubt "
    "counts when it says in work, and is then as new as it can be; any other must certainly count, and is as old as it "
    "can be. The lists are 'employment' and 'fit-notes' unless others are named; roles that mean neither are believed "
    "as long as those that mean in work, unless the rule says otherwise; it is only shown, unless the rule excludes.",
    "Restricted records, care homes and doubtful NHS numbers are shown to the reviewer whatever the rule says.",
    "One person is one valid NHS number, unless the dates of birth are certainly different; listed by the current "
    "regular registration, the latest of several; nobody is listed who is dead in any of their records.",
)
