"""What every rule means unless it says otherwise, in words: written into each run's manifest, printed with a rule."""

from __future__ import annotations

from pipeline.vocabulary import REFUSAL_ROLES

DEFAULTS = (
    "The index date is the newest extract date, unless '--as-of' gives an earlier one.",
    "An entry is anything coded in the record, including a prescription. Entries dated or recorded after the index "
    "date but not after the extract, deleted entries and the entries of test records never count.",
    "A day that cannot be is an unknown day: before birth, on or before 1 January 1900, or after the practice's "
    "extract was made. An entry with such a day never counts for a person, not even for 'at any time'. Against a "
    "person it counts like any entry without a date. An entry recorded after the extract was made never counts "
    "for a person either. Against a person it counts on its own date.",
    "For a person (include): an entry without a date does not fall in any window, except 'at any time'. An entry dated "
    "only to the month or year must be wholly inside the window (for 'at any time', on or before the index date), and "
    "does not prove a second date. Confidential entries do not count.",
    "Against a person (exclude, flag): an entry without a date falls in every window. An entry dated only to the month "
    "or year falls in a window if any day of that month or year does, and counts as a date of its own. Confidential "
    "entries count, and their wording is withheld.",
    "'not' swaps these two readings: inside it, a criterion that helps a person is read as if it were against them, "
    "and "
    "the reverse.",
    "A window such as 'within: 12 months' runs from the same day of the month 12 months before the index date, to the "
    "index date. Both days are included. If a month is too short, its last day is used. '365 days' and '12 months' "
    "are different.",
    "'before: 3 months' means on or before the day 3 months before the index date. 'between' gives one or both ends of "
    "a window. Each is a day, or a length of time before the index date, and is included. If 'to' is not given, or is "
    "after the index date, the window ends on the index date.",
    "Age is in completed years. Someone born on 29 February has their birthday on 1 March in other years. If a date of "
    "birth is known only to the month or year, the person must certainly be in the age range. If a rule has an age "
    "range, people without a date of birth are not listed.",
    "A sex that is not recorded is none of those a rule names, so if a rule names a sex, people without one are not "
    "listed.",
    "A registration must be current on the index date, and 'regular' unless the rule says otherwise. If the rule says "
    "'for: 3 months', it must have begun on or before the day 3 months before the index date.",
    "A criterion needs at least one entry, unless it gives 'at_least' or 'at_most'. Used alone, 'at_most' is also met "
    "by people without any entry.",
    "'at_least' and 'at_most' count different dates, unless the rule says otherwise. With 'count: rows' (or 'issues', "
    "for prescriptions) every entry counts, even on the same day. With 'count: drugs' different substances count, as "
    "the code list names them. A medicine without a named substance does not prove a second drug for a person, and "
    "counts as another drug against a person.",
    "'at_most' counts the entries that could break the limit: for a person every entry that possibly counts, against a "
    "person only those that certainly do.",
    "'value' includes both limits. For a prescription it is the quantity. An entry without a value is never in the "
    "range for a person, and always in it against one. The same goes for a value in another unit than the rule names, "
    "or in none, and for one that the rule calls not plausible. If the rule names no unit, the unit is ignored.",
    "'persists: 3 months' is met if the last entry is at least 3 months after the first. 'spread: 3 months' asks the "
    "same of the entries that 'at_least' counts: there must be that many, and the last must be at least 3 months after "
    "the first. For a person, only exact dates are compared. Against a person, any possible dates are.",
    "'same: meaning' asks for entries of one meaning: those of each meaning in the code list are looked at by "
    "themselves, and one meaning must be enough. Entries of several meanings together never are.",
    "'after' takes entries from the other criterion's first date (or 'last', or 'any' of its dates, if the rule says "
    "so) to 'within' after it, both days included. For certificates it takes the certificates with such a date, "
    "before they are merged into spells. That date may come from any entry on the other criterion's lists with its "
    "roles, in its window and with its value, however many that criterion asks for. For a person, the entry must fit "
    "wherever that date may be.",
    "'latest' looks at the newest day across all roles of its lists. If there is a tie, the role against sending a "
    "letter decides. An undated entry is treated as older than any dated one.",
    "A certificate (fit note) covers its date and the days after it. Its length is the one coded in the same encounter "
    "(the longest, if there are several). Otherwise it is what the rule assumes. With 'assume: none' a certificate "
    "without a length counts for a person on its own day only, and against one for a year, the longest that is "
    "believed. A length that may lie after the index date never makes a certificate longer for a person, nor shorter "
    "against one. A coded length of more than a year (366 days, 52 weeks, 12 months), or one that is no whole number, "
    "is treated as a mistake. Certificates are merged into spells over the whole record: the days between merged "
    "certificates count, and days after the index date never do. The window is then applied to the spells. The list is "
    "'fit-notes' unless another is named.",
    "The first exclusion that is met is given as the reason. All that are met are recorded.",
    "What the record says about work: the newest entry decides, whatever it says, and a tie is conflicting. Only then "
    "is it asked whether its look-back still believes it: if not, the answer is 'not recent', and an older entry that "
    "says something else never takes its place. An older entry that says the same may. An entry that says the person "
    "is in work counts even if it is in doubt, and is treated as the newest possible: without a date, as newer than "
    "any other. Any other entry never counts if it is confidential or its day cannot be, and is treated as the oldest "
    "possible. 'Retired' and 'unable' do not go out of date. The lists are 'employment' and 'fit-notes' unless others "
    "are named. Roles that mean neither have the same look-back as those that mean in work, unless the rule says "
    "otherwise. The answer is only shown, unless the rule excludes people in work.",
    "Restricted records, care homes and doubtful NHS numbers are always shown to the reviewer, whatever the rule says.",
    "One person is one valid NHS number, unless the dates of birth are certainly different. The person is listed "
    "under their current regular registration, or the latest if they have several. Only if they have "
    "none does another current registration, such as a temporary one, stand for them, and only without that one that "
    "has ended. If any of their records says they have died, they are not listed. Nor are they if someone has died "
    "under the same NHS number with a date of birth that may be theirs, mistyped. If that date is another one, the "
    "list marks them.",
    "Anything against a person in another record with their NHS number keeps them off, at whichever practice it is: "
    "every exclusion, every criterion under 'not' in 'include', and, if the rule excludes people in work, work. Each "
    "record is read by itself. What speaks for a person is only read in the record they are listed under. It is not "
    "said which exclusion it was.",
    "Who may be named is always a question for today. If lists are written for an earlier index date, people who have "
    "died, left the practice or said no since then are left off and counted. An exclusion says no if it is a 'latest', "
    f"or if it reads one of the roles {', '.join(sorted(REFUSAL_ROLES))}. The same goes for a criterion under 'not' in "
    "'include'. Everything else in the rule keeps its answer of the index date. A search that only counts leaves no "
    "one off for what came later.",
)
