"""Reads one delivery of TPP SystmOne's Strategic Reporting Extract, full or changes: the order of work.

Some tables are not needed: SRRepeatTemplate only says what may be issued, and SREvent and SRProblem only add details to
coded entries that are read anyway.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.extracts.model import Delivery, Earlier, Notes, Variant
from pipeline.extracts.tpp.check import check_files, check_stages, warn_of_kind
from pipeline.extracts.tpp.codes import gather_codes, is_in_passing
from pipeline.extracts.tpp.deliver import count_rows_left, deliver, note_day
from pipeline.extracts.tpp.files import files_by_table, manifest_of, window
from pipeline.extracts.tpp.stage import KEYLESS, stage_tables
from pipeline.extracts.tpp.tables import find_version


def read(
    delivery: Delivery, con: duckdb.DuckDBPyConnection, work: Path, notes: Notes, earlier: Earlier | None
) -> Variant:
    """Read the delivery's files into the views of `delivery_tables`.

    RowIdentifier identifies rows, so if the delivery overlaps what came `earlier`, none is counted twice.
    """
    files, manifest = files_by_table(delivery), manifest_of(delivery)
    check_files(delivery, set(files), manifest, earlier, notes)
    opened = stage_tables(con, files, work, notes)
    in_passing = is_in_passing(manifest, earlier is not None)
    note_day(con, delivery, earlier is not None, in_passing)
    check_stages(con, opened, notes, is_first=earlier is None)
    warn_of_kind(con, opened, window(manifest).is_delta if manifest else None, earlier, in_passing, notes)
    if keyless := notes.left_out[KEYLESS]:
        notes.warnings.append(
            f"{keyless} rows have no key or no practice, and were not used; some of them may be removals."
        )
    gather_codes(con)
    count_rows_left(con, notes)
    deliver(con)
    return Variant(find_version({name: file.names for name, file in opened.items()}))
