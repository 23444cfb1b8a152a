"""What the fuzzers throw at each reader: bytes in; an error of ours or nothing comes out, whatever the bytes.

A target takes raw bytes, or drives the Hypothesis strategies of `damage`, which know what the files look like.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
from hypothesis import given, settings

from pipeline.codes.codelist import read
from pipeline.errors import CasefinderError
from pipeline.extracts.archives import unpacked
from pipeline.extracts.csv.header import Layout
from pipeline.extracts.csv.open import open_csv
from pipeline.extracts.csv.relation import COMMA, relation_sql
from pipeline.extracts.model import Notes
from pipeline.patient_reports.read import read_report
from pipeline.quality.previous import read_previous
from pipeline.rules.check import check_rule
from pipeline.rules.describe.rule import describe
from pipeline.rules.example_patients import load_patients
from pipeline.rules.load import load_rule
from pipeline.store.apply import build_store
from pipeline.store.verify import verify_store
from pipeline.tables import REJECT
from tests.hostile.damage import Damage, damages
from tests.hostile.folders import FOLDERS
from tests.hostile.looking import MEMORY, assert_discreet, look_in_kept, room, write_files
from tests.hostile.oracle import judge, sound
from tests.hostile.table import read_grid

Target = Callable[[bytes], object]


def _try(attempt: Callable[[Path], object]) -> None:
    """In a folder of its own; our errors must be discreet, any other goes through."""
    with room() as folder:
        try:
            attempt(folder)
        except CasefinderError as error:
            assert_discreet(str(error), folder)


def _put(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def fuzz_rule(data: bytes) -> None:
    def attempt(folder: Path) -> None:
        list(describe(check_rule(load_rule(_put(folder, "rule.yaml", data)))))

    _try(attempt)


def fuzz_invented(data: bytes) -> None:
    _try(lambda folder: load_patients(_put(folder, "rule.patients.yaml", data)))


def fuzz_codelist(data: bytes) -> None:
    """Before the first NUL the YAML, after it the CSV."""
    about, _, rows = data.partition(b"\0")

    def attempt(folder: Path) -> None:
        _put(folder, "list.yaml", about)
        read(_put(folder, "list.csv", rows))

    _try(attempt)


def fuzz_report(data: bytes) -> None:
    def attempt(folder: Path) -> None:
        report = read_report(_put(folder, "report.csv", data))
        lines = len(report.preamble) + 1 + len(report.people) + report.repeats + len(report.rejects) + report.breaks
        assert lines == report.lines, "the books of a report do not balance"

    _try(attempt)


def fuzz_previous(data: bytes) -> None:
    def attempt(folder: Path) -> None:
        _put(folder, "quality.json", data)
        read_previous(folder)

    _try(attempt)


def fuzz_archive(data: bytes) -> None:
    """The first byte chooses the ending."""

    def attempt(folder: Path) -> None:
        (folder / "in").mkdir()
        _put(folder / "in", "a.zip" if data[:1] < b"\x80" else "a.csv.gz", data[1:])
        with unpacked(folder / "in", folder / "room") as found:
            assert all(path.resolve().is_relative_to(folder) for path in found.rglob("*"))
        assert {path.name for path in folder.iterdir()} == {"in"}, "something is left outside"

    _try(attempt)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    con.execute(REJECT.create_sql())
    return con


def fuzz_csv(data: bytes) -> None:
    """A strict reader and ours agree on every file that the strict one can read, and no line is ever lost."""

    def attempt(folder: Path) -> None:
        path = _put(folder, "some.csv", b"key,text,last\n" + data)
        layout = Layout(("key", "text", "last"), (), "key", "number")
        con, notes = _database(), Notes()
        opened = open_csv(con, path, layout, folder, notes)
        books = opened.file
        assert books.rows + books.rejected + books.breaks + 1 == books.lines
        sql = relation_sql(opened.relation, layout.columns)
        rows = con.execute(f"SELECT * FROM {sql}", opened.relation.parameters).fetchall()
        grid = read_grid(path.read_bytes(), COMMA)
        if grid is not None and not notes.warnings:
            assert [[cell or "" for cell in row] for row in rows] == grid.rows, "another text than the file has"

    _try(attempt)


@cache
def _store() -> tuple[Path, dict[str, bytes]]:
    with room() as folder:
        store = folder / "store"
        store.mkdir(mode=0o700)
        build_store(write_files(folder / "in", FOLDERS["plain"]()), store, MEMORY)
        return store, {
            path.relative_to(store).as_posix(): path.read_bytes() for path in store.rglob("*") if path.is_file()
        }


def fuzz_store(data: bytes) -> None:
    """A file of a store, chosen by the first byte, has other bytes from a place on; verify and search say so."""

    def attempt(folder: Path) -> None:
        files = dict(_store()[1])
        name = sorted(files)[data[0] % len(files)] if data else "manifest.json"
        place = int.from_bytes(data[1:3], "little") % (len(files[name]) + 1)
        files[name] = files[name][:place] + data[3:] + files[name][place + len(data[3:]) :]
        store = write_files(folder / "store", files)
        changed = files != _store()[1]
        seen = look_in_kept(store, folder)
        assert not changed or seen.listed == sound("plain").listed, f"{name} was changed, and with it the list"
        verify_store(store)

    _try(attempt)


@settings(max_examples=1, database=None, deadline=None)
@given(damages())
def _folder(damage: Damage) -> None:
    judge(damage)


def fuzz_folder(data: bytes) -> None:
    _folder.hypothesis.fuzz_one_input(data)  # type: ignore[attr-defined]


TARGETS: dict[str, Target] = {
    "rule": fuzz_rule,
    "invented": fuzz_invented,
    "codelist": fuzz_codelist,
    "report": fuzz_report,
    "previous": fuzz_previous,
    "archive": fuzz_archive,
    "csv": fuzz_csv,
    "store": fuzz_store,
    "folder": fuzz_folder,
}
