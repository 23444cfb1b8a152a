"""Files next to an extract that look like tables of it, but are not read: each is named, or stops the run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from pipeline.errors import ExtractError
from pipeline.extracts.csv.scan import scan_bytes
from pipeline.extracts.file_names import is_copy, is_dropping, without_copy_mark

_READABLE = (".csv", ".tsv", ".txt", ".parquet")
_MOST_NAMED = 5
# What people and programs put behind a table's name: `event_2`, `event-00001-of-00002`, `event (old)`, `event.bak`.
_WORDS = frozenset({
    "of", "part", "shard", "chunk", "file", "copy", "kopie", "old", "new", "bak", "backup", "orig", "original",
    "final", "full", "delta", "rest", "more", "extra", "csv", "txt", "tsv", "deleted", "deletes", "deletions",
    "removed", "update", "updates", "updated", "changes", "changed", "incremental", "initial", "bulk", "missing",
    "late", "corrected", "correction", "fixed", "test", "sample", "tmp", "temp", "export", "extract", "dump", "data",
    "parquet", "all", "last", "latest", "current", "previous", "prev", "archive", "raw", "clean", "cleaned", "sorted",
    "partial",
})  # fmt: skip
_NUMBER = re.compile(r"v?[\da-f]*\d[\da-f]*|[a-z]")  # a number, a piece of a GUID, or a letter
_BETWEEN = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r".*\d\W*")


def find_unread(folder: Path, tables: Collection[str], read: Collection[Path]) -> list[str]:
    """Sentences about the files that were passed over. Raises ExtractError where one may hold rows of a table."""
    named, exactly = _names_like(tables, "s?"), _names_like(tables, "")
    places = {path.parent for path in read}
    same, other = [], []
    for path in _beside(folder, read):
        table = _table_of(path, named) or (_table_of(path.parent, named) if path.suffix in _READABLE else "")
        if not table:
            continue
        if twin := _twin(path, read):
            same.append(f"{path.name} is the same as {twin.name}")
            continue
        # Beside the tables only their own names count: `events (1)` is likely something else.
        if _table_of(path, exactly) if path.parent in places else _table_of(path.parent, named):
            _refuse_part(path, table)
        other.append(path.name)
    return [*_say(same, "and was not read again"), *_say(other, "looks like a table of this format, and was not read")]


def _names_like(tables: Collection[str], more: str) -> re.Pattern[str]:
    return re.compile(rf"(?:.*[ _.-])?({'|'.join(map(re.escape, tables))}){more}(?![a-z])(.*)", re.IGNORECASE)


def _table_of(path: Path, named: re.Pattern[str]) -> str:
    """The table that a file, or a folder of parts, seems to be named after."""
    stem = path.name.rstrip("~")
    while True:
        if (match := named.fullmatch(stem)) and all(map(_may_stand_behind, _BETWEEN.split(match[2].lower()))):
            return match[1]
        ending = Path(stem).suffix
        if not ending[1:].isalpha():
            return ""
        stem = stem.removesuffix(ending)


def _may_stand_behind(word: str) -> bool:
    return not word or word.rstrip("0123456789") in _WORDS or _NUMBER.fullmatch(word) is not None


def _beside(folder: Path, read: Collection[Path]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        within = path.relative_to(folder).parts
        if path not in read and not any(is_dropping(part) for part in within) and path.is_file():
            yield path


def _twin(path: Path, read: Collection[Path]) -> Path | None:
    """The file that was read of which this is a copy, byte for byte."""
    name = without_copy_mark(path.name).lower()
    for other in read:
        alike = other.name.lower() == name and is_copy(path.name) and other.stat().st_size == path.stat().st_size
        if alike and scan_bytes(other).sha256 == scan_bytes(path).sha256:
            return other
    return None


def _refuse_part(path: Path, table: str) -> None:
    if path.suffix.lower() not in _READABLE:
        return
    if is_copy(path.name):
        raise ExtractError(
            f"{path.name} is called a copy of a table, and no file that was read is the same. Keep one of them, as "
            f"{without_copy_mark(path.name)}."
        )
    if _NUMBERED.fullmatch(path.stem) or path.parent.stem.lower() == table.lower():
        raise ExtractError(
            f"{path.name} looks like a part of the table {table}, but parts of this table are not read by such a name, "
            "so its rows would be missing. Put the parts together into one file, or take this one out of the folder."
        )


def _say(names: list[str], what: str) -> Iterator[str]:
    if names:
        more = f", and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield f"{'; '.join(names[:_MOST_NAMED])}{more}: {what}."
