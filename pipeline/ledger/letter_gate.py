"""The last check before a letter: the dead, the moved, the unwilling and the excluded get none. Doubt means no."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date

from pipeline.ledger.chain import Chain
from pipeline.ledger.doubt import find_bar
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
    """The practices of a study's newest run, each with its extract date."""

    days: dict[str, date]

    def are_fresh(self, practice: str, day: date, oldest_days: int) -> bool:
        found = self.days.get(practice)
        return (
            found is not None and 0 <= (day - found).days <= oldest_days
        )  # a date before the extract's means that a clock is wrong


def newest_extracts(con: sqlite3.Connection, study: str) -> Extracts:
    """The practices of the newest run; none before the first."""
    sql = "SELECT body FROM chain WHERE kind = 'run' AND study = ? ORDER BY seq DESC LIMIT 1"
    found = con.execute(sql, [study]).fetchone()
    days = json.loads(found[0])["practices"] if found else {}
    return Extracts({practice: date.fromisoformat(day) for practice, day in days.items()})


def refuse_posting(chain: Chain, study: str, person: Person) -> str | None:
    """Why an envelope must not be posted."""
    found = find_bar(chain, study, person)
    return _MARKED[found] if found else None


def refuse_letter(
    chain: Chain, study: str, person: Person, extracts: Extracts, day: date, oldest_days: int
) -> str | None:
    """Why the person must not get a letter or a reminder, whatever was decided. `day` is today."""
    marked = refuse_posting(chain, study, person)
    if marked:
        return marked
    if person.sight not in ("found", "not_found"):
        return _UNSEEN.get(str(person.sight), "No run has looked at the person yet.")
    if not extracts.are_fresh(person.now.practice_id, day, oldest_days):
        return f"The practice's extract is more than {oldest_days} days old, or the newest run left the practice out."
    return None
