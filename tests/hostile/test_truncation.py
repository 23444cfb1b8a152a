"""Files cut short at every byte: what is read stood before the cut, and half a row is never taken for a whole one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import CasefinderError, ExtractError
from pipeline.extracts.csv.header import Layout, read_header
from pipeline.extracts.csv.open import open_csv
from pipeline.extracts.csv.relation import Dialect, relation_sql
from pipeline.extracts.model import Notes
from pipeline.files.private import private_folder
from pipeline.store.apply import Settings, build_store
from pipeline.tables import REJECT
from tests.effort import LONG, effort, longer, some
from tests.hostile.damage import Damage
from tests.hostile.folders import FOLDERS, TEXT
from tests.hostile.looking import look, room, write_files
from tests.hostile.oracle import judge
from tests.hostile.table import read_grid

pytestmark = longer

# The rows that say who is left out, and why: a table of patients and one of events.
FILES = {
    "emis": ("Admin_Patient", "Observation"),
    "plain": ("patient", "event"),
    "explorer": ("patient", "observation"),
    "explorer_older": ("patient", "observation"),
    "omop": ("person", "condition_occurrence"),
    "tpp": ("SRPatient.csv", "SRCode"),
    "aurum": ("Patient_", "Observation"),
}
KEY_FORMS = {"emis": "guid", "plain": "number", "omop": "number", "tpp": "number", "aurum": "number"}
ROWS = None if LONG else 1  # of each file


def small_files() -> Iterator[tuple[str, str, bytes]]:
    for format, parts in FILES.items():
        for name, content in FOLDERS[format]().items():
            if LONG or any(part in name for part in parts):
                yield format, name, b"".join(content.splitlines(keepends=True)[: 1 + ROWS if ROWS else None])


SMALL = some(small_files(), 7)


@cache
def database() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    con.execute(REJECT.create_sql())
    return con


def rows_of(path: Path, dialect: Dialect, key_form: str, header: tuple[str, ...]) -> tuple[list[list[str]], Notes]:
    notes = Notes()
    layout = Layout(header, (), header[0], key_form)  # type: ignore[arg-type]
    opened = open_csv(database(), path, layout, path.parent, notes, dialect=dialect)
    relation = f"SELECT * FROM {relation_sql(opened.relation, header)}"
    found = database().execute(relation, opened.relation.parameters).fetchall()
    return [[cell or "" for cell in row] for row in found], notes


@pytest.mark.parametrize(("format", "name", "content"), SMALL, ids=[f"{one[0]}-{one[1][:30]}" for one in SMALL])
def test_a_file_cut_at_every_byte(format: str, name: str, content: bytes) -> None:
    """Rows before the cut are whole; the row that was cut is either all there or not there and counted."""
    dialect, form = TEXT[format], KEY_FORMS.get(format, "any")
    whole = read_grid(content, dialect)
    assert whole is not None
    silent = []
    with room() as folder:
        path = folder / "cut.csv"
        path.write_bytes(content)
        header = read_header(path, dialect)
        for place in places(content, name):
            path.write_bytes(content[:place])
            try:
                rows, notes = rows_of(path, dialect, form, header)
            except ExtractError:
                continue
            finally:
                for left in folder.glob("*.reread.csv"):
                    left.unlink()
            assert rows[:-1] == whole.rows[: max(0, len(rows) - 1)]
            if rows and rows[-1] != whole.rows[len(rows) - 1] and not notes.warnings:
                silent.append(place)
    assert silent == [], "a row was cut in two and taken for a whole one, unsaid"


def places(content: bytes, name: str) -> list[int]:
    """Every byte in the long run, and of the canonical patients; of others some, and those near the end."""
    if name == "patient.csv":
        return list(range(len(content)))
    return sorted({*some(range(len(content)), 30), *range(max(0, len(content) - 12), len(content))})


def cuts(content: bytes) -> list[int]:
    """Around each end of a line, and some places in the last row; in the short run one, in its last field."""
    if not LONG:
        return [len(content) - 3]
    last = content[:-2].rfind(b"\n") + 1
    ends = [place + 1 for place, byte in enumerate(content) if byte == 10][1:]
    return sorted({*(end - back for end in ends for back in (0, 1, 3)), *range(last + 1, len(content), 5)})


@pytest.mark.parametrize("format", some(FILES, 2))
def test_a_search_of_a_folder_with_a_file_cut_short(format: str) -> None:
    """Whole lines that are gone cannot be told from lines that never were; half a line is said."""
    files = FOLDERS[format]()
    for name, content in files.items():
        if any(part in name for part in FILES[format][: None if LONG else 1]):
            for place in cuts(content):
                judge(Damage(format, f"cut at {place}", "bytes", name, files | {name: content[:place]}))


@effort(8, 2_000)
@given(st.data())
def test_any_file_of_any_format_cut_at_any_byte(data: st.DataObject) -> None:
    """Before the end of its last line: no list is another without a word, and a store that is careful takes nothing."""
    format = data.draw(st.sampled_from(sorted(FOLDERS)))
    files = FOLDERS[format]()
    name = data.draw(st.sampled_from(sorted(files)))
    content = files[name]
    place = data.draw(st.integers(0, len(content) - 1))
    damaged = Damage(format, f"cut at {place}", "bytes", name, files | {name: content[:place]})
    judge(damaged)
    if format in TEXT and content[:place].endswith(b"\n"):  # whole lines that are gone cannot be told from none
        return
    with room() as base, pytest.raises(CasefinderError):
        folder = write_files(base / "in", damaged.files)
        build_store(folder, private_folder(base / "store"), Settings("1GB", must_be_whole=True))


@pytest.mark.parametrize("format", ["plain_parquet", "omop_parquet", "omop_duckdb"])
def test_a_binary_file_cut_short_is_refused(format: str) -> None:
    """Its end says how long it is, so no cut goes unseen."""
    files = FOLDERS[format]()
    for name, content in some(sorted(files.items()), 1):
        for place in range(0, len(content), len(content) // (60 if LONG else 2) + 1):
            damage = Damage(format, f"cut at {place}", "bytes", name, files | {name: content[:place]})
            assert judge(damage).error


@pytest.mark.parametrize(("format", "part", "person"), [("aurum", "Patient_", 5), ("plain", "patient", 5)])
def test_half_a_date_of_death_at_the_end_of_a_file(format: str, part: str, person: int) -> None:
    """The last line is of somebody who has died, and the date is its last field: whatever is left of it is said."""
    files = FOLDERS[format]()
    [name] = [each for each in files if part in each]
    lines = files[name].splitlines(keepends=True)
    content = b"".join([*lines[:person], *lines[person + 1 :], lines[person]])
    for back in some(range(2, 13), 1):
        judge(Damage(format, f"cut {back} from the end", "bytes", name, files | {name: content[:-back]}))


def test_a_file_cut_between_the_two_bytes_of_a_line_end() -> None:
    """The row before it is whole, but somebody's cancer came after it: no program ends a file so."""
    files = FOLDERS["emis"]()
    [name] = [each for each in files if "Observation" in each]
    cut = files[name].index(b'"40"\r\n') + len(b'"40"\r')
    seen = look(files | {name: files[name][:cut]})
    assert any("does not end with a line break" in warning for warning in seen.warnings)
