"""Works out which format a folder of files has, and reads its deliveries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.archives import NOT_UNPACKED
from pipeline.extracts.csv.relation import DELIMITERS
from pipeline.extracts.file_names import is_dropping
from pipeline.extracts.format import Format
from pipeline.extracts.model import Delivery, Earlier, Extract, Notes, Variant
from pipeline.extracts.registry import FORMATS
from pipeline.extracts.unread import find_unread
from pipeline.tables import REJECT, SOURCE_FILE

_DEEPEST, _DOWN = 3, "The files are in a folder inside the one that was given."
FILLERS = "lines that are not rows"


@dataclass(frozen=True)
class Folder:
    """A folder of one supplier's files: its deliveries in the order they apply, and warnings about the folder."""

    path: Path
    format: Format
    deliveries: tuple[Delivery, ...]
    warnings: tuple[str, ...] = ()


def open_folder(path: Path, deeper: int = _DEEPEST) -> Folder:
    """Find the format of the files in a folder, or in the only folder there, up to `deeper` folders down.

    Raises ExtractError if it has none that we know, or two.
    """
    if not path.is_dir():
        raise ExtractError("The extract must be a folder that holds the supplier's files.")
    try:
        found = _find(path)
        inner = None if found else _one_folder_down(path)
    except OSError as error:
        raise _refused(path, error) from None
    if inner and deeper:
        folder = open_folder(inner, deeper - 1)
        return replace(folder, warnings=(*folder.warnings, _DOWN)) if deeper == _DEEPEST else folder
    if len(found) != 1:
        raise ExtractError(_not_known(path, [each.looks for each, _ in found]))
    (format, deliveries) = found[0]
    _refuse_no_files(deliveries)
    return Folder(path, format, tuple(deliveries), tuple(_say_unread(path, format, deliveries)))


def _say_unread(path: Path, format: Format, deliveries: list[Delivery]) -> Iterator[str]:
    """Which files were passed over. Raises ExtractError where one is a part of a table."""
    yield from find_unread(path, format.tables, frozenset(_files(deliveries)))
    closed = sum(each.suffix.lower() in NOT_UNPACKED for each in path.rglob("*"))
    if closed:
        yield (
            f"{'An archive' if closed == 1 else f'{closed} archives'} in the folder, ending in "
            f"{' or '.join(NOT_UNPACKED[:2])} or the like, cannot be opened and was not read. If it belongs to the "
            "extract, unpack it first."
        )
    if unused := len(format.unused(path)):
        yield f"{unused} of the CSV files in the folder are not named as tables of this format, and were not read."


def _one_folder_down(path: Path) -> Path | None:
    """The one folder in a folder without files. Raises ExtractError where several folders in it hold extracts."""
    inner = [each for each in sorted(path.iterdir()) if not is_dropping(each.name)]
    if len(inner) == 1 and inner[0].is_dir() and not inner[0].is_symlink():
        return inner[0]
    hits = [found[0][0].looks for each in inner if each.is_dir() and (found := _find(each))]
    if hits:
        raise ExtractError(
            f"The folder holds no extract itself, but {len(hits)} of the folders in it do: "
            f"{' and '.join(sorted({*hits}))}. "
            "Give the folder that holds the files. If they are deliveries of one extract, apply them to a store one at "
            "a time, the oldest first."
        )
    return None


def _find(path: Path) -> list[tuple[Format, list[Delivery]]]:
    """Every format that finds its own files here, and their deliveries."""
    found = [(each, deliveries) for each in FORMATS if (deliveries := each.find(path))]
    theirs = {file for each, deliveries in found if not each.gives_way for file in _files(deliveries)}
    return [
        (each, deliveries) for each, deliveries in found if not each.gives_way or theirs.isdisjoint(_files(deliveries))
    ]


def _files(deliveries: list[Delivery]) -> Iterator[Path]:
    return (path for delivery in deliveries for path in delivery.files)


def read_delivery(
    folder: Folder,
    delivery: Delivery,
    con: duckdb.DuckDBPyConnection,
    work: Path,
    first_file: int = 1,
    earlier: Earlier | None = None,
) -> Extract:
    """Offer one delivery in `con` as the views of `delivery_tables`, with the tables `source_file` and `reject`.

    `work` is an existing private folder for temporary files, which the caller removes: they hold patients' data.
    `first_file`: the number of its first file. `earlier`: what came before in its feed, or None for the first delivery.
    Raises ExtractError where the files cannot be read or cannot be trusted.
    """
    con.execute(SOURCE_FILE.create_sql())
    con.execute(REJECT.create_sql())
    _refuse_whole(folder.format, earlier)
    notes = Notes(first_file)
    try:
        variant = folder.format.read(delivery, con, work, notes, earlier)
    except OSError as error:
        raise _refused(folder.path, error) from None
    _say_fillers(notes)
    _say_delimiters(notes)
    return _account(folder.format, variant, notes)


def _refuse_whole(format: Format, earlier: Earlier | None) -> None:
    """Raises ExtractError where a whole extract would follow another delivery: it does not say what is removed."""
    if earlier and not format.is_numbered:
        raise ExtractError(f"{format.title} is always a whole extract. Build a new store from it.")


def _say_fillers(notes: Notes) -> None:
    """One sentence for all lines that are not rows."""
    if not notes.fillers:
        return
    notes.left_out[FILLERS] += len(notes.fillers)
    (file, first), *_ = notes.fillers
    kinds = ", ".join(dict.fromkeys(filler.what for _, filler in notes.fillers))
    notes.warnings.append(
        f"{len(notes.fillers)} lines are not rows and were passed over ({kinds}). The first is line {first.line} of "
        f"{file}."
    )


def _say_delimiters(notes: Notes) -> None:
    """One sentence for all files whose columns are not separated as their format has it."""
    if notes.delimiters:
        (file, first), *more = notes.delimiters
        others = f" and {len(more):,} more {'file' if len(more) == 1 else 'files'}" if more else ""
        notes.warnings.append(
            f"{file}{others}: the columns are separated by {DELIMITERS[first]}, not as the supplier separates them. "
            "Another program may have saved the extract again. Check that it did not change dates or numbers."
        )


def _account(format: Format, variant: Variant, notes: Notes) -> Extract:
    """The account of what was read, without reasons that never occurred."""
    because = variant.pseudonymised_because
    return Extract(
        format.title,
        variant.version,
        tuple(notes.files),
        {reason: count for reason, count in sorted(notes.left_out.items()) if count},
        tuple(notes.gaps),
        tuple(notes.warnings),
        variant.nouns or format.nouns,
        format.pseudonymised_because if because is None else because,
        notes.torn,
    )


def _refuse_no_files(deliveries: list[Delivery]) -> None:
    """Raises ExtractError for anything that is not a file: reading a pipe would never end."""
    for path in _files(deliveries):
        if path.exists() and not path.is_file():
            raise ExtractError(f"{path.name} is not a file but a folder, a pipe or a device. Replace it with the file.")


def _refused(folder: Path, error: OSError) -> Exception:
    """An ExtractError if a file of the extract could not be read; any other error, such as a full disk, unchanged."""
    file = Path(str(error.filename))
    if folder not in file.parents:
        return error
    return ExtractError(
        f"{file.name} cannot be read: {error.strerror}. Close it if it is open elsewhere, or ask who owns the file."
    )


def _not_known(folder: Path, found: list[str]) -> str:
    """What was looked for and what was found, by kind of file, because a file name might be a patient's."""
    if found:
        return f"The folder holds two extracts: {' and '.join(found)}. Keep one of them."
    kinds = Counter(path.suffix.lower() or "no ending" for path in folder.iterdir() if path.is_file())
    here = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "no files"
    hint = " Files ending in .gpg are still encrypted: decrypt them first." if ".gpg" in kinds else ""
    closed = sorted({*kinds} & {*NOT_UNPACKED})
    hint += f" Casefinder cannot open archives ending in {' or '.join(closed)}: unpack them first." if closed else ""
    looked = " and ".join(each.looks for each in FORMATS)
    return f"The folder holds no extract that Casefinder can read. It looked for {looked}; it found {here}.{hint}"
