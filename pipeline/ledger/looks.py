"""Whether a study has been searched since anything may have been delivered. If not, nobody knows who says no now.

A night says that it begins before it touches the store, and its run ends that. If the night is killed or the study is
stopped in between, letters wait for the next run, unless it turns out that nothing new was delivered.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.ledger.chain import write_body
from pipeline.ledger.open import Ledger, writing
from pipeline.ledger.people import load_register
from pipeline.ledger.vocabulary import WATCHED

BEGUN, NOTHING_NEW = "begun", "nothing new"

_HISTORY = "SELECT reason, day, body FROM chain WHERE study = ? AND kind IN ('look', 'run') ORDER BY seq DESC"
_EXTRACTS = """
    SELECT p.key, MAX(p.value) FROM chain r, json_each(r.body, '$.practices') p WHERE r.kind = 'run' GROUP BY p.key
"""


@dataclass(frozen=True)
class Look:
    """A run, or a night that begins or ends without one.

    `extracts`: a run's practices, with their extract dates. `practices`: these, or those of the settings that began the
    night; empty for all. `store`: a hash of what a run searched.
    """

    is_begun: bool
    day: date
    practices: frozenset[str]
    extracts: Mapping[str, date]
    store: str

    def concerns(self, practices: Collection[str]) -> bool:
        return not practices or not self.practices or not self.practices.isdisjoint(practices)


def read_looks(con: sqlite3.Connection, study: str) -> list[Look]:
    """The newest first."""
    return [_read(reason, day, json.loads(body)) for reason, day, body in con.execute(_HISTORY, [study])]


def _read(reason: str | None, day: str, body: Mapping[str, object]) -> Look:
    known = body["practices"]
    extracts = {one: date.fromisoformat(made) for one, made in known.items()} if isinstance(known, dict) else {}
    names = frozenset(known if isinstance(known, dict | list) else ())
    return Look(reason == BEGUN, date.fromisoformat(day), names, extracts, str(body.get("store", "")))


def find_areas(looks: Collection[Look]) -> Iterator[frozenset[str]]:
    """Practices that were ever searched together belong to one site. Several sites may share a ledger and a study."""
    areas: list[frozenset[str]] = []
    for look in looks:
        if look.extracts:
            own = [area for area in areas if not area.isdisjoint(look.practices)]
            areas = [*(area for area in areas if area not in own), look.practices.union(*own)]
    yield from areas


def begin_looks(ledger: Ledger, studies: Mapping[str, Collection[str]], day: date) -> None:
    """Done before anything is delivered. `studies`: those that have runs here, with the practices searched in them."""
    with writing(ledger) as chain:
        for study, practices in studies.items():
            body = write_body({"practices": sorted(practices)})
            chain.append("look", day, study=study, reason=BEGUN, body=body)


def end_look(ledger: Ledger, study: str, practices: Collection[str], day: date) -> None:
    """The study was not searched, but the store is the one that its last run searched."""
    with writing(ledger) as chain:
        body = write_body({"practices": sorted(practices)})
        chain.append("look", day, study=study, reason=NOTHING_NEW, body=body)


def unfinished_look(con: sqlite3.Connection, study: str, practices: Collection[str]) -> date | None:
    """The day of a night that began and has not searched for the study; None if the last one did."""
    last = next((one for one in read_looks(con, study) if one.concerns(practices)), None)
    return last.day if last and last.is_begun else None


def last_store(ledger: Ledger, study: str, practices: Collection[str]) -> str:
    """The hash of the deliveries that the last run searched; empty if the run does not have one."""
    runs = (one for one in read_looks(ledger.con, study) if one.extracts and one.concerns(practices))
    return next((one.store for one in runs), "")


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
