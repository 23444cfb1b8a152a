"""What the world puts around and beside the files of an extract: it changes no list, and never goes unsaid."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from itertools import product
from pathlib import Path
from zipfile import ZipFile

import pytest

from pipeline.errors import ExtractError
from pipeline.extracts.csv.relation import Dialect
from pipeline.extracts.read import FILLERS
from pipeline.files.private import private_folder
from pipeline.store.apply import Settings, build_store
from pipeline.store.manifest import Manifest
from pipeline.store.whole_delivery import refuse_less
from tests.effort import longer, some
from tests.hostile.folders import FOLDERS, TEXT, Files
from tests.hostile.looking import Seen, look, room, write_files
from tests.hostile.oracle import sound
from tests.hostile.table import read_grid, write_grid


def underline(text: bytes, end: bytes) -> bytes:
    """As sqlcmd writes a table."""
    titles, *rows = text.split(end)
    mark = next(each for each in (b"\t", b",") if each in titles)
    dashes = mark.join(b"-" * max(2, len(title)) for title in titles.split(mark))
    count = b"(%d rows affected)" % (text.count(end) - 1)
    return end.join([titles, dashes, *rows, count, b""])


def separators(text: bytes, end: bytes, field: bytes = b"") -> bytes:
    """A row with nothing in it."""
    titles = text.split(end)[0]
    mark = next(each for each in (b"\t", b",") if each in titles)
    field = field if mark == b"," else b""  # CPRD's files are not quoted
    return mark.join([field] * (titles.count(mark) + 1)) + end


AROUND: dict[str, Callable[[bytes, bytes], bytes]] = {
    "an empty line at the end": lambda text, end: text + end,
    "empty lines at the end": lambda text, end: text + end + b"  " + end + end,
    "an empty line below the titles": lambda text, end: text.replace(end, end + end, 1),
    "an empty line above the titles": lambda text, end: end + text,
    "the separator for Excel": lambda text, end: b"sep=," + end + text,
    "the mark of DOS": lambda text, end: text + b"\x1a",
    "what sqlcmd adds": underline,
    "rows that were cleared in Excel": lambda text, end: text + separators(text, end) * 3,
    "a row of separators above the titles": lambda text, end: separators(text, end) + text,
    "a row of quoted separators": lambda text, end: text.replace(end, end + separators(text, end, b'""'), 1),
    "fewer separators than columns": lambda text, end: text + separators(text, end)[2:],
}


def spoil(files: Files, change: Callable[[bytes, bytes], bytes]) -> Files:
    """Every text file of a folder, changed; one with line breaks in fields is left as it is."""
    spoilt = {}
    for name, text in files.items():
        end = b"\r\n" if b"\r\n" in text else b"\n"
        is_simple = name.endswith((".csv", ".txt", ".tsv")) and text.endswith(end) and b'\n"' not in text
        spoilt[name] = change(text, end) if is_simple else text
    return spoilt


@longer
@pytest.mark.parametrize(("format", "around"), some(product(TEXT, AROUND), 16))
def test_lines_that_are_no_rows_change_nothing_and_are_counted(format: str, around: str) -> None:
    seen: Seen = look(spoil(FOLDERS[format](), AROUND[around]))
    assert (seen.error, seen.listed, seen.rejects) == ("", sound(format).listed, sound(format).rejects)
    assert dict(seen.left_out)[FILLERS] > 0
    assert any("are not rows and were passed over" in warning for warning in seen.warnings)


TELLING = ("CareRecord_Observation", "observation", "Observation", "SRCode.", "event", "condition_occurrence")


def resaved(files: Files, dialect: Dialect, delimiter: str, encoding: str) -> Files:
    """Every table as another program would save it."""
    written = {}
    for name, content in files.items():
        grid = read_grid(content, dialect)
        text = write_grid(grid, Dialect(delimiter, '"', "utf-8")) if grid and grid.rows else content
        written[name] = text.decode("utf-8").encode(encoding) if grid and grid.rows else content
    return written


SAVED = [("\t", "utf-16"), (";", "utf-8"), (",", "utf-16-le"), ("|", "utf-16-be"), (",", "utf-8-sig")]


@longer
@pytest.mark.parametrize(("format", "saved"), some(product(TEXT, SAVED), 8))
def test_another_encoding_or_delimiter_is_the_same_extract(format: str, saved: tuple[str, str]) -> None:
    """SQL Server's "Unicode text", PowerShell's `>` and Excel abroad: only one reading is possible."""
    delimiter, encoding = saved
    dialect = TEXT[format]
    seen = look(resaved(FOLDERS[format](), dialect, delimiter, encoding))
    assert (seen.error, seen.listed, seen.rejects) == ("", sound(format).listed, sound(format).rejects)
    says = any("the columns are separated by" in warning for warning in seen.warnings)
    assert says or delimiter == dialect.delimiter or format == "tpp" or (format, delimiter) == ("omop", "\t")


MAC = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(range(256))


@longer
@pytest.mark.parametrize("format", some(FOLDERS, 5))
def test_what_a_system_leaves_beside_the_files_changes_nothing(format: str) -> None:
    files = FOLDERS[format]()
    left = {f"{name.rpartition('/')[0]}/._{name.rpartition('/')[2]}".lstrip("/"): MAC for name in files}
    seen = look(files | left | {".DS_Store": MAC, "Thumbs.db": MAC, "desktop.ini": b"[x]", "~$patient.csv": MAC})
    assert (seen.error, seen.listed, seen.warnings) == ("", sound(format).listed, sound(format).warnings)


COPIES = ["Copy of {stem}", "{stem} - Copy", "{stem} (1)", "{stem} copy"]
SEVERAL = [each for each in FOLDERS if each != "omop_duckdb"]  # one file holds its tables


def renamed(name: str, mark: str) -> str:
    """The file's name with a mark of a copy or a part."""
    folder, slash, name = name.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    return f"{folder}{slash}{mark.format(stem=stem)}{dot}{ending}"


@longer
@pytest.mark.parametrize(("format", "mark"), some(product(SEVERAL, COPIES), 10))
def test_a_copy_is_told_from_a_part(format: str, mark: str) -> None:
    """The same file twice is named, and read once; a copy with other rows stops the run."""
    files = FOLDERS[format]()
    name = next(name for word in TELLING for name in files if word in name)
    same = look(files | {renamed(name, mark): files[name]})
    assert (same.error, same.listed) == ("", sound(format).listed)
    assert any("is the same as" in warning for warning in same.warnings)
    other = look(files | {renamed(name, mark): files[name] + files[name][-40:]})
    assert "is called a copy of a table" in other.error


@pytest.mark.parametrize("format", TEXT)
def test_a_part_of_a_table_is_read_or_stops_the_run(format: str) -> None:
    """Rows that keep people off the list are moved into a second file."""
    files = FOLDERS[format]()
    for name in files:
        text, end = files[name], b"\r\n" if b"\r\n" in files[name] else b"\n"
        titles, *rows = text.split(end)
        if len(rows) < 3 or b'\n"' in text or not name.endswith((".csv", ".txt")):
            continue
        parts = {name: end.join([titles, *rows[:1], b""]), renamed(name, "{stem}_2"): end.join([titles, *rows[1:]])}
        seen = look(files | parts)
        assert seen.error or seen.listed == sound(format).listed, name


def packed(files: Files) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.rpartition("/")[2], text)
    return out.getvalue()


@longer
@pytest.mark.parametrize("format", some(SEVERAL, 4))
def test_files_further_down_or_packed_twice_are_the_same_extract(format: str) -> None:
    files = FOLDERS[format]()
    before = sound(format)
    down = look({f"from the supplier/20 Nov/{name}": text for name, text in files.items()})
    assert (down.error, down.listed) == ("", before.listed)
    assert format == "aurum" or any("in a folder inside" in warning for warning in down.warnings)
    names = [name.rpartition("/")[2] for name in files]
    if len({*names}) == len(names):
        twice = look({"outer.zip": packed({"inner.zip": packed(files)})})
        assert (twice.error, twice.listed) == ("", before.listed)


def test_a_folder_of_extracts_is_not_one() -> None:
    files = FOLDERS["plain"]()
    seen = look({f"{folder}/{name}": text for name, text in files.items() for folder in ("one", "two")})
    assert "2 of the folders in it do" in seen.error


def test_archives_in_archives_have_an_end() -> None:
    inner = packed(FOLDERS["plain"]())
    for _ in range(4):
        inner = packed({"a.zip": inner})
    assert "a.zip is packed inside 3 other archives" in look({"a.zip": inner}).error


@longer
@pytest.mark.parametrize("format", some(TEXT, 3))
def test_a_set_with_a_file_missing_does_not_replace_the_one_before(format: str) -> None:
    """Each file in turn: the rest is refused, or says so, or says the same as before."""
    files = FOLDERS[format]()
    with room() as base:
        before = build(base, "all", files)
        for number, name in enumerate(some(sorted(files), 2)):
            try:
                after = build(base, str(number), {each: text for each, text in files.items() if each != name})
            except ExtractError:
                continue
            says = {*after.applied[0].warnings} - {*before.applied[0].warnings}
            if "no " not in " ".join(says) and format != "explorer":  # one of its files only adds to another
                with pytest.raises(ExtractError, match="The extract before had it"):
                    refuse_less(before, after)


def build(base: Path, name: str, files: Files) -> Manifest:
    folder = write_files(base / f"in {name}", files)
    return build_store(folder, private_folder(base / name), Settings("1GB", must_be_whole=True))


@pytest.mark.parametrize("name", ["{table}_new", "{table}-old", "my_{table}", "{table}.csv.bak"])
def test_what_looks_like_a_table_is_named(name: str) -> None:
    called = f"{name.format(table='event')}.csv"
    seen = look(FOLDERS["plain"]() | {called: FOLDERS["plain"]()["event.csv"]})
    assert any(called in warning and "was not read" in warning for warning in seen.warnings)


def test_public_test_files_of_emis_with_bulk_before_their_names_are_read() -> None:
    files = {f"bulk_95047_{table}": text for table, text in in_public_names(FOLDERS["emis"]())}
    assert len(files) > 5
    seen = look(files)
    assert (seen.error, seen.listed) == ("", sound("emis").listed)


def in_public_names(files: Files) -> list[tuple[str, bytes]]:
    """Each file's name from its table on."""
    start = re.compile(r"(?:Admin|Agreements|CareRecord|Coding|Prescribing)_.*")
    stamp = "_20261120021500_FFE42279-F3BD-4683-A6A8-52C1BB9651F3.csv"
    named = [(found[0], text) for name, text in files.items() if (found := start.search(name))]
    return [(name if "2026" in name else name.replace(".csv", stamp), text) for name, text in named]
