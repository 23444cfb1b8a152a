"""What is known of people on earlier lists although their study was not searched: who died, left or is not there.

Exclusions take a rule, so until the study is searched again no letters go. What is seen here says which letters that
are already made must not be posted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb

from pipeline.database import connect
from pipeline.errors import CasefinderError
from pipeline.files.publish import WORK, unfinished
from pipeline.ledger.do_not_post import DoNotPost, letters_out
from pipeline.ledger.listed import WatchedPerson, watched_people
from pipeline.ledger.looks import end_look, last_store, record_sights, unfinished_look
from pipeline.ledger.open import Ledger
from pipeline.ledger.published import published_runs
from pipeline.night.earlier_people import find_records
from pipeline.night.older_extract import extract_days, refuse_older
from pipeline.night.request import NightRequest
from pipeline.people.own_registration import PatientRecord, patient_records
from pipeline.runs.paths import study_folder
from pipeline.store.manifest import Manifest, read_manifest
from pipeline.store.open import open_store
from pipeline.store.source import Source, open_source


@dataclass(frozen=True)
class Stopped:
    """A study that was not searched although there was something new. `letters`: those made and not yet posted.

    `error`: why no one could look at the new delivery, if no one could.
    """

    letters: tuple[DoNotPost, ...]
    error: CasefinderError | None


def store_hash(manifest: Manifest) -> str:
    """The same for the same deliveries, however the store keeps them."""
    each = "\n".join(one.model_dump_json(exclude={"warnings"}) for one in manifest.applied)
    return sha256(each.encode()).hexdigest()


def own_practices(ledger: Ledger, output: Path, study: str) -> frozenset[str]:
    """Those that these settings have searched for the study. Other settings that share the ledger have others."""
    here = [run for run in published_runs(ledger, study) if (study_folder(output, study) / run.folder).is_dir()]
    return frozenset(practice for run in here for practice in run.practices)


def settle_look(request: NightRequest, ledger: Ledger, study: str) -> Stopped | None:
    """After a night. None if the study was searched, or if there was nothing new to search."""
    practices = own_practices(ledger, request.site.output, study)
    if not practices or not unfinished_look(ledger.con, study, practices):
        return None
    error = None
    try:
        if store_hash(read_manifest(request.site.store)) == last_store(ledger, study, practices):
            end_look(ledger, study, practices, request.today)
            return None
        record_sights(ledger, study, _look(request, ledger, study), request.today)
    except CasefinderError as found:
        error = found
    return Stopped(letters_out(ledger, study, request.today), error)


def _look(request: NightRequest, ledger: Ledger, study: str) -> Mapping[tuple[str, str], str]:
    people = watched_people(ledger, study)
    source = Source(request.site.store, is_store=True, memory=request.site.memory)
    with (
        unfinished(study_folder(request.site.output, study) / "look") as folder,
        connect(folder / WORK, source.memory) as con,
        open_source(source, folder / WORK) as (store, kept),
    ):
        open_store(con, store, kept)
        days = extract_days(con)
        refuse_older(ledger, days)
        return dict(_sights(con, people, set(days), request.today))


def _sights(
    con: duckdb.DuckDBPyConnection, people: Sequence[WatchedPerson], practices: set[str], today: date
) -> Iterator[tuple[tuple[str, str], str]]:
    found = [{record.person_row for record in own} for own in find_records(con, people)]
    records = patient_records(con, today.toordinal(), sorted({row for own in found for row in own}))
    by_row = {record.person_row: record for record in records}
    for person, rows in zip(people, found, strict=True):
        seen = _see([by_row[row] for row in rows if row in by_row], person.now.key)
        if seen and (seen == "died" or person.now.practice_id in practices):
            yield person.now.key, seen


def _see(own: Sequence[PatientRecord], now: tuple[str, str]) -> str | None:
    if any(record.is_dead for record in own):
        return "died"
    present = [record for record in own if (record.practice_id, record.patient_id) == now]
    if not present:
        return "missing"
    return None if any(record.is_current for record in present) else "moved"
