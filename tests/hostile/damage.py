"""Ways to damage a folder of files, as Hypothesis strategies: each says what may come of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from typing import Literal

from hypothesis import strategies as st

from pipeline.extracts.csv.relation import Dialect
from tests.hostile.folders import FOLDERS, TEXT, Files
from tests.hostile.table import Grid, read_grid, write_grid

# `layout`: the file says the same, so the list is the same. `bytes`: what a strict reader makes of it holds, and where
# it can make nothing of it, whatever changes is said. `value`: a value that is none adds nobody in silence.
# `lost`: a part is gone, and that is said. `any`: the file tells another truth; it must only be handled safely.
Kind = Literal["layout", "bytes", "value", "lost", "any"]


@dataclass(frozen=True)
class Damage:
    """`file` is the one that was damaged; `files` are all, as they now are."""

    format: str
    what: str
    kind: Kind
    file: str
    files: Files

    def __repr__(self) -> str:
        return f"{self.format}: {self.what} in {self.file}"


NOT_VALUES = (
    "zzz",
    "=1+1",
    "@SUM(A1)",
    "'); DROP TABLE patient; --",
    "' OR '1'='1",
    '"',
    "\u202e2020-01-01",
    "\u00bd",
    "\x1b[31m",
    "\x7f",
    "2026-02-30",
    "29 Feb 2025 00:00:00",
    "29/02/2025",
    "0000-01-01",
    "99999999999999999999999999",
    "-1e999",
    "1e400",
    "nan",
    "0x10",
    "../../etc/passwd",
    "C:\\CON",
    "NULL",
    "\u0661\u0662",
    "\U0001f4a9" * 40,
)
_SNIPPETS = (
    b"\0",
    b"\0" * 2000,
    b'"',
    b'""',
    b',"',
    b'",',
    b"\r",
    b"\n",
    b"\r\n",
    b"\n\n\n",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xff",
    b"\xe9",
    b"\xc3",
    b"\x1a",
    b",",
    b"\t",
    b";",
    b"\\",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xae",
    b"'); DROP TABLE patient; --",
    b"x" * 1_100_000,
    b"," * 5000,
    b'"' + b"\n" * 1500,
    b"\x0b",
    b"\xc2\x85",
)


def damages(formats: tuple[str, ...] = tuple(FOLDERS)) -> st.SearchStrategy[Damage]:
    return st.sampled_from(formats).flatmap(_damage)


def _damage(format: str) -> st.SearchStrategy[Damage]:
    files = FOLDERS[format]()
    ways = [_cut(format, files), _splice(format, files), _gone(format, files), _emptied(format, files)]
    if format in TEXT:
        ways += [_laid_out(format, files), _valued(format, files), _relabelled(format, files), _recoded(format, files)]
    return st.one_of(ways)


def _with(format: str, files: Files, file: str, content: bytes, kind: Kind, what: str) -> Damage:
    return Damage(format, what, kind, file, files | {file: content})


@st.composite
def _cut(draw: st.DrawFn, format: str, files: Files) -> Damage:
    file = draw(st.sampled_from(sorted(files)))
    place = draw(st.integers(0, len(files[file]) - 1))
    return _with(format, files, file, files[file][:place], "bytes", f"cut at {place}")


@st.composite
def _splice(draw: st.DrawFn, format: str, files: Files) -> Damage:
    """Some bytes replaced by others: nothing by something, something by nothing, a piece of the file by another."""
    file = draw(st.sampled_from(sorted(files)))
    content = files[file]
    place = draw(st.integers(0, len(content)))
    length = draw(st.one_of(st.integers(0, 3), st.integers(0, 400)))
    other = st.integers(0, len(content)).map(lambda at: content[at : at + 300])
    piece = draw(st.one_of(st.sampled_from(_SNIPPETS), st.binary(max_size=8), other))
    changed = content[:place] + piece + content[place + length :]
    return _with(format, files, file, changed, "bytes", f"{length} bytes at {place} became {len(piece)} others")


@st.composite
def _gone(draw: st.DrawFn, format: str, files: Files) -> Damage:
    file = draw(st.sampled_from(sorted(files)))
    return Damage(format, "the file is gone", "lost", file, {k: v for k, v in files.items() if k != file})


@st.composite
def _emptied(draw: st.DrawFn, format: str, files: Files) -> Damage:
    file = draw(st.sampled_from(sorted(files)))
    junk = draw(st.sampled_from([b"", b"\n", b"\0", b"PK\x03\x04", b"PAR1PAR1", b"\xff" * 64, b'"', b"a\n", b"," * 99]))
    return _with(format, files, file, junk, "lost", f"nothing but {len(junk)} bytes")


def _grid(format: str, content: bytes) -> Grid:
    grid = read_grid(content, TEXT[format])
    assert grid is not None, "the sound files are sound"
    return grid


@st.composite
def _laid_out(draw: st.DrawFn, format: str, files: Files) -> Damage:
    """Columns and rows in another order, other quotes and line ends, a column more, a row twice: the same is said."""
    file = draw(st.sampled_from(sorted(files)))
    dialect, grid = TEXT[format], _grid(format, files[file])
    order = draw(st.permutations(range(len(grid.header))))
    grid = Grid([grid.header[n] for n in order], [[row[n] for n in order] for row in grid.rows])
    grid = replace(grid, rows=draw(st.permutations(grid.rows)))
    if draw(st.booleans()):
        grid = Grid(
            [*grid.header, "new column"], [[*row, draw(st.sampled_from(_fields(dialect)))] for row in grid.rows]
        )
    if draw(st.booleans()) and grid.rows:
        grid = replace(grid, rows=[*grid.rows, grid.rows[0]])
    end = draw(st.sampled_from(["\n", "\r\n"]))
    quoting = draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    content = write_grid(grid, dialect, quoting, end)
    if draw(st.booleans()) and dialect.encoding == "utf-8":
        content = b"\xef\xbb\xbf" + content
    return _with(format, files, file, content, "layout", "the same in another order and dress")


def _fields(dialect: Dialect) -> list[str]:
    """What may stand in a field of a file of this dialect."""
    return [text for text in NOT_VALUES if _fits(text, dialect)]


def _fits(text: str, dialect: Dialect) -> bool:
    try:
        text.encode(dialect.encoding)
    except UnicodeEncodeError:
        return False
    return True


@st.composite
def _valued(draw: st.DrawFn, format: str, files: Files) -> Damage:
    """A value that is none, in one row of a column or in all."""
    file = draw(st.sampled_from([name for name in sorted(files) if _grid(format, files[name]).rows]))
    grid = _grid(format, files[file])
    column = draw(st.integers(0, len(grid.header) - 1))
    chosen = draw(st.one_of(st.integers(0, len(grid.rows) - 1), st.just(-1)))
    value = draw(st.sampled_from(_fields(TEXT[format])))
    return spoil(format, files, file, column, chosen, value)


def spoil(format: str, files: Files, file: str, column: int, row: int, value: str) -> Damage:
    """`value` in a column of one row, or with -1 of every row."""
    grid = _grid(format, files[file])
    rows = [
        [*each[:column], value, *each[column + 1 :]] if row in (number, -1) else each
        for number, each in enumerate(grid.rows)
    ]
    where = "every row" if row < 0 else f"row {row + 1}"
    what = f"{value[:20]!r} as {grid.header[column]} of {where}"
    content = write_grid(Grid(grid.header, rows), TEXT[format])
    return _with(format, files, file, content, "value", what)


@st.composite
def _relabelled(draw: st.DrawFn, format: str, files: Files) -> Damage:
    """Two column names changed places, or one is there twice, missing, empty, or said again further down."""
    file = draw(st.sampled_from(sorted(files)))
    grid = _grid(format, files[file])
    one, other = draw(st.integers(0, len(grid.header) - 1)), draw(st.integers(0, len(grid.header) - 1))
    header, rows = [*grid.header], grid.rows
    way = draw(st.sampled_from(["swapped", "twice", "empty", "renamed", "repeated"]))
    if way == "swapped":
        header[one], header[other] = header[other], header[one]
    elif way == "repeated":
        place = draw(st.integers(0, len(rows)))
        rows = [*rows[:place], grid.header, *rows[place:]]
    else:
        header[one] = {"twice": grid.header[other], "empty": "", "renamed": "'; DROP TABLE x"}[way]
    kind: Kind = "any" if way == "swapped" else "value" if way == "repeated" else "lost"
    return _with(format, files, file, write_grid(Grid(header, rows), TEXT[format]), kind, f"column names {way}")


@st.composite
def _recoded(draw: st.DrawFn, format: str, files: Files) -> Damage:
    file = draw(st.sampled_from(sorted(files)))
    text = files[file].decode(TEXT[format].encoding)
    encoding = draw(st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "utf-8-sig", "cp037"]))
    way = draw(st.sampled_from(["encoding", "returns", "mixed", "ends"]))
    changed = {
        "encoding": text.encode(encoding),
        "returns": text.replace("\r\n", "\n").replace("\n", "\r").encode(TEXT[format].encoding),
        "mixed": text.replace("\r\n", "\n").replace("\n", "\r\n", 3).encode(TEXT[format].encoding),
        "ends": text.rstrip("\r\n").encode(TEXT[format].encoding),
    }[way]
    kind: Kind = "layout" if way in ("mixed", "ends") else "bytes"
    return _with(format, files, file, changed, kind, f"{way} {encoding if way == 'encoding' else ''}")
