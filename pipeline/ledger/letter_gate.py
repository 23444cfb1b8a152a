"""The last check before a letter: the dead, the moved, the unwilling and the excluded get none. Doubt means no."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from pipeline.ledger.chain import Chain
from pipeline.ledger.doubt import find_bar
from pipeline.ledger.looks import find_areas, read_looks
from pipeline.ledger.person import Person

_MARKED = {
    "died": "The person has died.",
    "refused": "The person said no.",
    "contacted": "The person has already been written to under another record.",
    "rejected": "The person has been rejected under another record.",
}
_UNSEEN = {
    "excluded": "The newest run that looked excludes the person.",
    "missing": "The newest run did not find the person's record.",
    "moved": "The person has left the practice.",
    "died": "The person has died.",
    "refused": "The person said no.",
}


@dataclass(frozen=True)
class Extracts:
    """The extract date of each practice that the newest run of its site searched.

    `unfinished`: for each practice, the day of a night that began after that run and did not search for the study.
    """

    days: dict[str, date]
    unfinished: dict[str, date]

    def are_fresh(self, practice: str, day: date, oldest_days: int) -> bool:
        found = self.days.get(practice)
        # A day before the extract's means that a clock is wrong.
        return found is not None and 0 <= (day - found).days <= oldest_days


def newest_extracts(con: sqlite3.Connection, study: str) -> Extracts:
    """From the newest run of each site; nothing before the first."""
    looks = read_looks(con, study)
    days: dict[str, date] = {}
    unfinished: dict[str, date] = {}
    for area in find_areas(looks):
        own = [one for one in looks if one.concerns(area)]
        days |= next(one.extracts for one in own if one.extracts)
        unfinished |= dict.fromkeys(area, own[0].day) if own[0].is_begun else {}
    return Extracts(days, unfinished)


def refuse_posting(chain: Chain, study: str, person: Person) -> str | None:
    """Why an envelope must not be posted."""
    found = find_bar(chain, study, person)
    if found:
        return _MARKED[found]
    if person.sight not in ("found", "not_found"):
        return _UNSEEN.get(str(person.sight), "No run has looked at the person yet.")
    return None


def refuse_letter(
    chain: Chain, study: str, person: Person, extracts: Extracts, day: date, oldest_days: int
) -> str | None:
    """Why the person must not get a letter or a reminder, whatever was decided. `day` is today."""
    why = refuse_posting(chain, study, person)
    if why:
        return why
    begun = extracts.unfinished.get(person.now.practice_id)
    if begun:
        return (
            f"A night began on {begun:%d/%m/%Y}, but it did not search for this study, so no one has "
            "looked at the newest delivery. Read the page of that night, and start it again."
        )
    if not extracts.are_fresh(person.now.practice_id, day, oldest_days):
        return f"The practice's extract is more than {oldest_days} days old, or the newest run left the practice out."
    return None
