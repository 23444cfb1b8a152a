"""EMIS Web's bulk extract: how it is found, read and recognised."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.extracts.emis.files import find_deliveries, read_name, unused_csv_files
from pipeline.extracts.emis.gaps import GAPS
from pipeline.extracts.emis.read import read
from pipeline.extracts.emis.tables import TABLES, recognise_version
from pipeline.extracts.format import Format, Sign
from pipeline.extracts.model import Extract, Nouns


def _recognise(extract: Extract) -> Iterator[Sign]:
    files = [found for file in extract.files if (found := read_name(Path(file.name)))]
    bare = sum(not file.stamp for file in files)
    yield Sign(f"{len({file.table for file in files})} tables are named as EMIS Web names them, and have its columns")
    if bare:
        unknown = "the file names do not say which delivery and day they belong to"
        yield Sign(f"{bare} of {len(files)} files have only the name of their table: {unknown}", is_doubt=True)
    sentence, is_settled = recognise_version(extract.version)
    yield Sign(sentence, is_doubt=not is_settled)


EMIS = Format(
    key="emis",
    title="EMIS Web bulk extract",
    looks="EMIS bulk files (such as Admin_Patient.csv or 291_Admin_Patient_20261120013000_<agreement>.csv)",
    find=find_deliveries,
    read=read,
    recognise=_recognise,
    nouns=Nouns("observations", "issues", "patients", tells_codes=True),
    gaps=GAPS,
    tables=tuple(table.name for table in TABLES),
    is_numbered=True,
    renamed="EMIS files that were renamed, such as 1002_Admin_Patient_20261121013000_<agreement>.csv",
    unused=unused_csv_files,
)
