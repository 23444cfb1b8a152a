"""Builds a store from a full extract, then applies each later delivery in full or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from pipeline.database import connect
from pipeline.errors import StoreError
from pipeline.extracts.archives import unpacked
from pipeline.extracts.csv.damage import refuse_torn_dictionary
from pipeline.extracts.future import refuse_future
from pipeline.extracts.model import Earlier, Extract
from pipeline.extracts.read import Folder, open_folder, read_delivery
from pipeline.store.delivery_order import Turn, take_turns
from pipeline.store.garbage import UNPACKED, WORK, sweep
from pipeline.store.lock import only_writer
from pipeline.store.manifest import Applied, Manifest, Segment, read_manifest, record_applied, write_manifest
from pipeline.store.pseudonyms import key_check, pseudonymise
from pipeline.store.resolve_references import fill_small_tables, find_bindings, find_present, replace_everything
from pipeline.store.segment_tables import ROWS
from pipeline.store.segment_writer import write_segment
from pipeline.store.surrogate_keys import number_keys
from pipeline.store.verify import report_damage
from pipeline.store.views import WAITING, attach
from pipeline.store.whole_delivery import look_at, refuse_changing, refuse_cut, take_back_newest, without_cut

MOST_WAITING = 0.1  # of a full extract's rows: an extract whose tables are a day apart holds far fewer

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """`memory`: what DuckDB may use before it writes to disk, such as `4GB`; empty is four fifths of the machine's.

    `key`: of a pseudonymised store, needed to build it and to apply anything to it. `must_be_whole`: a delivery with a
    file that was cut off is refused; else that is a warning. `today`: a delivery made after it is not applied; None
    where the caller checks.
    """

    memory: str = ""
    key: bytes | None = None
    today: date | None = None
    must_be_whole: bool = False

    @property
    def key_check(self) -> str | None:
        return key_check(self.key) if self.key else None


def build_store(extract: Path, store: Path, settings: Settings, progress: Progress = lambda _: None) -> Manifest:
    """Fill the new or empty folder `store` from a folder of full extracts and the deliveries that follow them."""
    with only_writer(store), unpacked(extract, store / UNPACKED) as path:
        empty = Manifest(key_check=settings.key_check)
        return _apply(store, empty, open_folder(path), settings, progress, begins=True, is_full=False)


def apply_folder(
    extract: Path, store: Path, settings: Settings, is_full: bool = False, progress: Progress = lambda _: None
) -> tuple[Manifest, tuple[Applied, ...]]:
    """Apply the new deliveries in a folder, in order; return the manifest and what was applied.

    Raises StoreError or ExtractError at the first delivery that cannot be applied. Those before it stay applied.
    """
    read_manifest(store)  # first, or a lock would be taken in a folder that is not a store
    with only_writer(store):
        before = read_manifest(store)
        _refuse_wrong_key(before, settings)
        sweep(store, before)
        with unpacked(extract, store / UNPACKED) as path:
            manifest = _apply(store, before, open_folder(path), settings, progress, begins=False, is_full=is_full)
    known = {each.seq: each for each in before.applied}
    return manifest, tuple(each for each in manifest.applied if known.get(each.seq) != each)


def take_back(store: Path) -> Applied:
    """Take the newest delivery out of the store, which is then as it was before. Returns it. Raises StoreError."""
    read_manifest(store)
    with only_writer(store):
        before = read_manifest(store)
        after = take_back_newest(before)
        write_manifest(store, after.model_copy(update={"generation": before.generation + 1}))
    return before.applied[-1]


def _apply(
    store: Path,
    manifest: Manifest,
    folder: Folder,
    settings: Settings,
    progress: Progress,
    begins: bool,
    is_full: bool,
) -> Manifest:
    odd = folder.warnings
    manifest = without_cut(manifest, folder.deliveries)
    for turn in take_turns(manifest, folder.deliveries, begins, is_full):
        if turn.delivery.day:
            refuse_future(date.fromordinal(turn.delivery.day), settings.today)
        if turn.delivery.first:
            progress(f"Reading delivery {turn.delivery.number}")
        manifest = _take(store, manifest, replace(folder, warnings=odd), turn, settings)
        odd = ()  # said once
        write_manifest(store, manifest)
    return manifest


def _take(store: Path, manifest: Manifest, folder: Folder, turn: Turn, settings: Settings) -> Manifest:
    """Write one delivery as a segment; return the manifest that names it."""
    seq = manifest.seq + 1
    with connect(store / WORK, settings.memory) as con, report_damage(store, manifest):
        delivery = turn.delivery
        seen = look_at(delivery.files)
        extract = read_delivery(folder, delivery, con, store / WORK, manifest.next_file, _earlier(manifest, turn))
        if settings.must_be_whole:
            refuse_cut(con, delivery, extract)
        if settings.key:
            pseudonymise(con, settings.key)
        attach(con, store, manifest)
        number_keys(con)
        fill_small_tables(con, seq)
        if turn.is_full and not turn.begins:
            replace_everything(con, seq, delivery.feed)
        _refuse_torn(con, extract)
        find_present(con)
        find_bindings(con)
        refuse_changing(seen)
        segment = write_segment(con, store, seq, f"{manifest.generation + 1:06}")
    sizes = {path.name: path.stat().st_size for path in delivery.files}
    numbers = (delivery.first, delivery.last)
    applied = record_applied(extract, seq, delivery.feed, numbers, delivery.day, turn.is_full, sizes)
    odd = (*folder.warnings, *_doubt_full(segment, turn))
    applied = applied.model_copy(update={"warnings": (*odd, *applied.warnings)})
    return manifest.model_copy(
        update={
            "generation": manifest.generation + 1,
            "nouns": asdict(extract.nouns),
            "segments": (*manifest.segments, segment),
            "applied": (*manifest.applied, applied),
        }
    )


def _doubt_full(segment: Segment, turn: Turn) -> Iterator[str]:
    """If a night's delivery was applied as a full extract, many of its rows have no patient in it."""
    rows = {each.name: 0 for each in ROWS} | {WAITING + each.name: 0 for each in ROWS}
    for file in segment.files:
        if file.table in rows:
            rows[file.table] += file.rows
    waiting, total = sum(rows[WAITING + each.name] for each in ROWS), sum(rows.values())
    if turn.is_full and waiting > MOST_WAITING * total:
        yield (
            f"{waiting:,} of {total:,} rows belong to patients who are not in the extract. Check that this is a full "
            "extract, and not one night's changes."
        )


def _earlier(manifest: Manifest, turn: Turn) -> Earlier | None:
    """The delivery before this one; a full extract has none."""
    newest = None if turn.is_full else manifest.newest(turn.delivery.feed)
    return Earlier(newest.last, tuple(file.name for file in newest.files)) if newest else None


def _refuse_wrong_key(manifest: Manifest, settings: Settings) -> None:
    if manifest.key_check == settings.key_check:
        return
    if not manifest.is_pseudonymised:
        raise StoreError("This store is not pseudonymised. Leave out --pseudonymise, or build a new store with it.")
    raise StoreError(
        "This store is pseudonymised. Give the key file it was built with, as --pseudonymise FILE. "
        "With another key, one person would become two."
    )


def _refuse_torn(con: duckdb.DuckDBPyConnection, extract: Extract) -> None:
    """Raises ExtractError if lines of a dictionary are lost and rows of the delivery have codes nothing explains."""
    for dictionary, (file, lost) in extract.torn.items():
        unknown = con.execute(
            "SELECT count(*) FROM (SELECT dictionary, code_key FROM new_event WHERE deleted = 0 "
            "UNION ALL SELECT dictionary, code_key FROM new_prescription WHERE deleted = 0) n "
            "JOIN code_of c ON c.dictionary = n.dictionary AND c.code_key = n.code_key "
            "LEFT JOIN (SELECT code_id FROM kept_code UNION SELECT code_id FROM segment_code) e "
            "ON e.code_id = c.code_id WHERE e.code_id IS NULL AND n.dictionary = ?",
            [dictionary],
        ).fetchone()
        refuse_torn_dictionary(file, lost, unknown[0] if unknown else 0)
