"""What every rule means unless it says otherwise, in words: written into each run's manifest, printed with a rule."""

from __future__ import annotations

DEFAULTS = (
    "The index date is the newest extract date, unless '--as-of' gives an earlier one.",
    "A window such as 'within: 12 months' runs from the same day of the month 12 months before the index date, to the "
    "index date. Both ends are in. If a month is too short, its last day is used. '365 days' and '12 months' differ.",
    "'before: 3 months' is on or before the index date less 3 months. 'between' gives one or both ends, both in, each "
    "a day or a length of time before the index date. Without 'to', or with a later one, it ends on the index date.",
    "Age is completed years. Someone born on 29 February has their birthday on 1 March in other years. If a date of "
    "birth is known only to the month or year, the person must certainly be of the age. People without a date of "
    "birth are not looked at.",
    "A registration is current on the index date. It is 'regular' unless the rule says otherwise. Where the rule says "
    "'for: 3 months', it began on or before the index date less 3 months.",
    "A criterion needs at least one row, unless it gives 'at_least' or 'at_most'. Used alone, 'at_most' also holds "
    "for people without any row.",
    "'at_least' and 'at_most' count distinct dates, unless the rule says otherwise. With 'count: rows' (or 'issues', "
    "for prescriptions) each row counts, even on one day. With 'count: drugs' different substances count, as the list "
    "names them: a medicine without a substance does not prove a second drug for a person, and is another drug "
    "against a person.",
    "'at_most' counts the rows that could break it: for a person every row that possibly counts, against a person "
    "only those that certainly do.",
    "'value' has both bounds in. For a prescription it is the quantity. The unit is ignored. A row without a value is "
    "never in the range for a person, and always in it against one.",
    "'persists: 3 months' holds if the first match plus 3 months is on or before the last match: for a person between "
    "exact dates, against a person between possible ones.",
    "'after' takes rows from the other criterion's first date (or 'last', where the rule says so) to 'within' after "
    "it, both ends in. That date may come from any row of the other criterion's lists and roles in its window, "
    "however many rows and whatever value it asks for. For a person the row must fit wherever that date may be.",
    "For a person (include): an unknown date meets no window, only 'ever'. A date known only to the month or year "
    "must be wholly inside the window (by the index date, for 'ever'), and does not prove a second date. Confidential "
    "rows do not count.",
    "Against a person (exclude, flag): an unknown date meets every window. A date known only to the month or year "
    "need only touch it, and counts as a date of its own. Confidential rows count, and their wording is withheld.",
    "'not' reverses the reading of doubt: inside it, what helps a person is read as if it were against them, and the "
    "reverse.",
    "A day that cannot be is an unknown day: before birth, before 1900 or on 1 January 1900, or after the practice's "
    "extract was made. A row with such a day never helps a person, not even for 'ever', and holds against them like "
    "any row without a date. A row recorded after the extract was made never helps a person either, and holds against "
    "them on its own date.",
    "Rows dated or recorded after the index date, but not after the extract, deleted rows and rows of test records "
    "never count.",
    "'latest' looks at the newest day across all roles of its lists. If there is a tie, the role against a letter "
    "wins. An undated row is older than any dated one.",
    "A fit note covers its date and the days after it. Its length is coded in the same encounter (the longest, if "
    "several), otherwise assumed. A coded length of more than a year is treated as a mistake. Notes are merged over "
    "the whole record; the days between merged notes count, and days after the index date never do. The window is "
    "applied to spells. The list is 'fit-notes' unless another is named.",
    "The first exclusion that holds is given as the reason. All that hold are kept.",
    "What the record says about work: the newest row wins inside its look-back, and a tie is conflicting. A row in "
    "doubt counts if it says the person is in work, and is treated as the newest possible. Any other row must "
    "certainly count, and is treated as the oldest possible. The lists are 'employment' and 'fit-notes' unless others "
    "are named. Roles that mean neither are believed for as long as those that mean in work, unless the rule says "
    "otherwise. The answer is only shown, unless the rule excludes by it.",
    "Restricted records, care homes and doubtful NHS numbers are shown to the reviewer, whatever the rule says.",
    "One person is one valid NHS number, unless the dates of birth are certainly different. The person is listed "
    "under their current regular registration, or the latest if they have several. If one record says they have died, "
    "they are not listed.",
)
