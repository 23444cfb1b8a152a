"""Which files of a folder and its sub-folders belong to a CPRD Aurum extract, and to which table.

Other formats share these names: CPRD GOLD has Patient and Practice files too, OMOP an observation table. So the header
decides, by columns that only Aurum has.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from pipeline.errors import ExtractError
from pipeline.extracts.csv.header import read_header
from pipeline.extracts.csv.relation import Dialect
from pipeline.extracts.file_names import group_by_table
from pipeline.extracts.model import Delivery, whole

LATIN = Dialect("\t", "", "latin-1")
_MARKED = Dialect("\t", "", "utf-8")  # saved again by an editor, which put a byte order mark before the header

# `aurum_mother_Extract_Observation_001.txt`, `..._extract_observation_001.txt` or a bare `Observation.txt`.
_DATA = re.compile(r"(?:^|.*_)(patient|practice|observation|drugissue)(?:_\d+)?\.txt", re.IGNORECASE)
# `202205_EMISMedicalDictionary.txt`, or the code browser's `CPRDAurumMedical.txt`; `NumUnit.txt`, perhaps dated too.
_LOOKUP = re.compile(
    r"(?:^|.*_)(emismedicaldictionary|cprdaurummedical|emisproductdictionary|cprdaurumproduct|"
    r"patienttype|numunit|quantunit)\.txt",
    re.IGNORECASE,
)
_UNUSED = re.compile(
    r"(?:^|.*_)(?:(?:staff|consultation|referral|problem)(?:_\d+)?|gender|region|jobcat|conssource|obstype|"
    r"refservicetype|refurgency|refmode|orgtype|parentprobrel|probstatus|sign|emiscodecat|common_dosages)\.txt",
    re.IGNORECASE,
)
_SPELLING = {
    "cprdaurummedical": "emismedicaldictionary",
    "cprdaurumproduct": "emisproductdictionary",
}
_OURS = {
    "patient": {"patid", "regstartdate"},
    "observation": {"patid", "medcodeid"},
    "drugissue": {"patid", "prodcodeid"},
}
_BUILD = re.compile(r"(\d{6})_")


def find_deliveries(folder: Path) -> list[Delivery]:
    """The files as one delivery, whichever sub-folder they are in; an empty list if none is CPRD Aurum's."""
    paths = [path for path in sorted(folder.rglob("*")) if table_of(path) and path.is_file()]
    first = {table: theirs[0] for table, theirs in group_by_table(paths, table_of).items()}
    if not any(_has_columns(first[table], columns) for table, columns in _OURS.items() if table in first):
        return []
    return [whole(paths)]


def files_by_table(delivery: Delivery) -> dict[str, list[Path]]:
    """The delivery's files of each table, in order of their names; dictionaries of later builds after earlier ones."""
    found = group_by_table(delivery.files, table_of)
    return {table: sorted(paths, key=lambda path: (path.name.lower(), path)) for table, paths in found.items()}


def table_of(path: Path) -> str | None:
    """The table that a file is named after, in lower case, or None. A dictionary goes by its name in the lookups."""
    found = _DATA.fullmatch(path.name) or _LOOKUP.fullmatch(path.name)
    if not found or path.name.startswith("."):  # a Mac writes `._Patient.txt` next to a file
        return None
    return _SPELLING.get(found[1].lower(), found[1].lower())


def find_build(delivery: Delivery) -> str:
    """The newest build that a dictionary's name gives, such as `202205`; else `unknown`."""
    stamps = [
        match[1] for path in delivery.files if _LOOKUP.fullmatch(path.name) and (match := _BUILD.match(path.name))
    ]
    return max(stamps, default="unknown")


def count_unused(delivery: Delivery) -> int:
    """How many other text files have names that CPRD Aurum does not use: they may be parts that were renamed."""
    root = Path(os.path.commonpath([path.parent for path in delivery.files]))
    texts = (path for path in root.rglob("*") if path.suffix.lower() == ".txt" and not path.name.startswith("."))
    return sum(not (table_of(path) or _UNUSED.fullmatch(path.name)) for path in texts)


def dialect_of(path: Path) -> Dialect:
    """Latin-1, as CPRD writes, unless the file begins with a UTF-8 byte order mark."""
    with path.open("rb") as file:
        return _MARKED if file.read(3) == b"\xef\xbb\xbf" else LATIN


def _has_columns(path: Path, columns: set[str]) -> bool:
    try:
        names = read_header(path, dialect_of(path))
    except (ExtractError, OSError):
        return False
    return columns <= {name.lower() for name in names}
