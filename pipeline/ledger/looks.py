"""Whether a study has been searched since anything may have been delivered. If not, nobody knows who says no now.

A night says that it begins before it touches the store, and its run ends that. If the night is killed or the study is
stopped in between, letters wait for the next run, unless it turns out that nothing new was delivered.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.ledger.open import Ledger, writing
from pipeline.ledger.people import load_register
from pipeline.ledger.vocabulary import WATCHED

BEGUN, NOTHING_NEW = "begun", "nothing new"

_NEWEST = "SELECT reason, day FROM chain WHERE study = ? AND kind IN ('look', 'run') ORDER BY seq DESC LIMIT 1"
_RUN = "SELECT body FROM chain WHERE study = ? AND kind = 'run' ORDER BY seq DESC LIMIT 1"
_EXTRACTS = """
    SELECT p.key, MAX(p.value) FROM chain r, json_each(r.body, '$.practices') p WHERE r.kind = 'run' GROUP BY p.key
"""


def begin_looks(ledger: Ledger, studies: Iterable[str], day: date) -> None:
    """Done before anything is delivered. A study without a run has no letters that could wait."""
    known = [study for study in studies if ledger.con.execute(_RUN, [study]).fetchone()]
    with writing(ledger) as chain:
        for study in known:
            chain.append("look", day, study=study, reason=BEGUN)


def end_look(ledger: Ledger, study: str, day: date) -> None:
    """The study was not searched, but the store is the one that its last run searched."""
    with writing(ledger) as chain:
        chain.append("look", day, study=study, reason=NOTHING_NEW)


def unfinished_look(con: sqlite3.Connection, study: str) -> date | None:
    """The day of a night that began and has not searched for the study; None if the last one did."""
    found = con.execute(_NEWEST, [study]).fetchone()
    return date.fromisoformat(found[1]) if found and found[0] == BEGUN else None


def last_store(ledger: Ledger, study: str) -> str:
    """The hash of the deliveries that the last run searched; empty if the run does not have one."""
    found = ledger.con.execute(_RUN, [study]).fetchone()
    return str(json.loads(found[0]).get("store", "")) if found else ""


def newest_extracts_seen(ledger: Ledger) -> dict[str, date]:
    """The date of the newest extract of each practice that a run of any study has searched."""
    return {practice: date.fromisoformat(day) for practice, day in ledger.con.execute(_EXTRACTS)}


def record_sights(ledger: Ledger, study: str, sights: Mapping[tuple[str, str], str], day: date) -> int:
    """What was seen of people in a delivery that was not searched: died, moved or missing, by their present record.

    Unlike a run's outcome it can be undone by the next run, since the delivery may be one that cannot be trusted.
    Returns how many people it is new for.
    """
    with writing(ledger) as chain:
        people = [each for each in load_register(chain.con, study).people.values() if each.state in WATCHED]
        changed = [each for each in people if sights.get(each.now.key, each.sight) != each.sight]
        for person in changed:
            chain.append("sight", day, study=study, subject=person.subject, reason=sights[person.now.key])
    return len(changed)
