"""The books of a CSV balance: rows + rejected lines + line breaks in fields + header = physical lines."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ExtractError
from pipeline.extracts.csv.header import Layout
from pipeline.extracts.csv.open import OpenCsv, open_csv
from pipeline.extracts.csv.recover import Fault, Record, Shape, read_records
from pipeline.extracts.csv.relation import relation_sql
from pipeline.extracts.model import Notes
from pipeline.tables import REJECT
from tests.extracts.emis_folder import guid

LAYOUT = Layout(("Id", "Text"), (), "Id", "guid")
HEADER = "Id,Text,Note,Last\r\n"


def opened(path: Path, with_lines: bool = False) -> tuple[duckdb.DuckDBPyConnection, OpenCsv, Notes]:
    """`path` opened with the columns Id and Text wanted, Note and Last not."""
    con, notes, work = duckdb.connect(), Notes(), path.parent / "work"
    con.execute(REJECT.create_sql())
    work.mkdir(mode=0o700, exist_ok=True)
    return con, open_csv(con, path, LAYOUT, work, notes, with_lines), notes


def content(con: duckdb.DuckDBPyConnection, file: OpenCsv, with_line: bool = False) -> list[tuple[object, ...]]:
    sql = relation_sql(file.relation, LAYOUT.columns, with_line)
    return con.execute(f"SELECT * FROM {sql}", file.relation.parameters).fetchall()


def balance(file: OpenCsv) -> bool:
    books = file.file
    return books.rows + books.rejected + books.breaks + 1 == books.lines


def put(folder: Path, body: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "Some_File.csv"
    path.write_bytes(HEADER.encode() + (body.encode() if isinstance(body, str) else body))
    return path


def test_line_breaks_in_fields_survive_the_fast_reader(tmp_path: Path) -> None:
    path = put(tmp_path, f'{guid(1)},"one\r\ntwo",,x\r\n{guid(2)},b,"n\nn\nn",x\r\n')
    con, file, notes = opened(path)
    assert file.relation.path == path  # not reread
    assert content(con, file) == [(guid(1), "one\r\ntwo"), (guid(2), "b")]
    assert (file.file.lines, file.file.rows, file.file.breaks, notes.warnings) == (6, 2, 3, [])


def test_line_breaks_in_fields_survive_the_slow_reader(tmp_path: Path) -> None:
    """Line 5 has a column too few, so all is reread; the broken fields of lines 2 and 6 come through."""
    body = f'{guid(1)},"one\r\ntwo, ""2""",,x\r\n{guid(2)},a,,x\r\n{guid(3)},a,x\r\n{guid(4)},"b\nc",,x\r\n'
    con, file, notes = opened(put(tmp_path, body))
    assert file.relation.path.parent == tmp_path / "work"
    assert content(con, file, with_line=True) == [
        (guid(1), 'one\r\ntwo, "2"', 2),
        (guid(2), "a", 4),
        (guid(4), "b\nc", 6),
    ]
    assert con.execute("FROM reject").fetchall() == [("Some_File.csv", 5, "3 columns where the header has 4")]
    assert balance(file)
    assert len(notes.warnings) == 1


def test_the_reread_file_is_private(tmp_path: Path) -> None:
    _, file, _ = opened(put(tmp_path, f"{guid(1)},a,,x\r\nshort\r\n"))
    assert stat.S_IMODE(file.relation.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("quoted", [True, False])
def test_one_open_quote_in_300_000_lines_loses_one_line(tmp_path: Path, quoted: bool) -> None:
    """Planted on line 150,002; elsewhere every tenth row has a quoted text. All but that line are read."""
    mark = '"' if quoted else ""
    path = tmp_path / "Some_File.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(HEADER)
        for n in range(2, 300_001):
            text = f'"a ""word"" {n}"' if n % 10 == 0 else f"{mark}plain{mark}"
            text = '"the quote is never closed' if n == 150_002 else text
            out.write(f"{mark}{guid(n)}{mark},{text},{mark}note{mark},{mark}x{mark}\r\n")
    con, file, notes = opened(path)
    books = file.file
    assert (books.lines, books.rows, books.rejected, books.breaks) == (300_000, 299_998, 1, 0)
    assert [line for _, line, _ in con.execute("FROM reject").fetchall()] == [150_002]
    kept = f"SELECT count(DISTINCT Id) FROM {relation_sql(file.relation, LAYOUT.columns)} WHERE Id <> '{guid(150_002)}'"
    assert con.execute(kept, file.relation.parameters).fetchone() == (299_998,)
    assert "line 150002" in notes.warnings[0]


def test_two_open_quotes_that_close_each_other_are_seen(tmp_path: Path) -> None:
    """DuckDB reads lines 3 to 5 as one good row with two line breaks, and the books balance all the same."""
    body = f'{guid(1)},a,,x\n{guid(2)},"oops,,x\n{guid(3)},b,,x\n{guid(4)},oops",,x\n{guid(5)},c,,x\n'
    con, file, _ = opened(put(tmp_path, body))
    assert [key for key, _ in content(con, file)] == [guid(1), guid(3), guid(4), guid(5)]
    assert con.execute("SELECT line FROM reject").fetchall() == [(3,)]
    assert balance(file)


@pytest.mark.parametrize("place", [0, 2])
def test_the_next_row_is_found_wherever_its_key_stands(place: int) -> None:
    """Where the key is not the first column the whole line must be a row."""

    def line(n: int, text: str) -> str:
        fields = ["p", "q", "r", text]
        fields[place] = guid(n)
        return ",".join(fields)

    lines = [line(1, "a"), line(2, '"open'), line(3, "b"), line(4, '"two'), 'lines"']
    found = list(read_records(lines, Shape(4, place, "guid")))
    assert [(type(each), each.line) for each in found] == [(Record, 1), (Fault, 2), (Record, 3), (Record, 4)]


def test_a_continuation_that_looks_like_a_number_is_no_row() -> None:
    """A code's term holds a line break and then "2, or more", which makes four columns of the line."""
    found = list(read_records(['1,"one', '2, or more",x,y', "3,b,x,y"], Shape(4, 0, "number")))
    assert found == [Record(1, ["1", "one\n2, or more", "x", "y"], 1), Record(3, ["3", "b", "x", "y"], 0)]


def test_an_open_quote_before_rows_with_breaks_loses_only_itself() -> None:
    lines = [f'{guid(1)},"open,,x', f'{guid(2)},"two', 'lines",,x', f"{guid(3)},c,,x"]
    found = list(read_records(lines, Shape(4, 0, "guid")))
    assert [each.line for each in found] == [1, 2, 4]
    assert isinstance(found[0], Fault)
    assert found[1] == Record(2, [guid(2), "two\nlines", "", "x"], 1)


ROWS = 40


@pytest.mark.parametrize("cut", range(1, 60, 3))
def test_a_file_cut_short_loses_its_last_line_at_most(tmp_path: Path, cut: int) -> None:
    """`cut` bytes are taken off the end; the last line is 59 bytes long with its line end."""
    body = "".join(f'"{guid(n)}","text {n:02}","","x"\r\n' for n in range(ROWS))
    con, file, notes = opened(put(tmp_path, body[:-cut]))
    assert balance(file)
    whole = cut <= 2 or cut == 59  # only the line end is gone, or exactly the line
    assert len(content(con, file)) == (ROWS if cut <= 2 else ROWS - 1)
    assert con.execute("SELECT line FROM reject").fetchall() == ([] if whole else [(ROWS + 1,)])
    half_a_line_end = cut == 1  # nothing of this line is lost, but no program ends a file so
    assert any("does not end with a line break" in warning for warning in notes.warnings) is (
        half_a_line_end or not whole
    )


def test_odd_lines_are_rejected_with_their_reason(tmp_path: Path) -> None:
    body = f'{guid(1)},a,,x\r\n\r\n{guid(2)},a\0b,,x\r\n{guid(3)},"a"b,,x\r\n{guid(4)},a,,x,,\r\n{guid(5)},e,,x\r\n'
    con, file, _ = opened(put(tmp_path, body))
    assert [key for key, _ in content(con, file)] == [guid(1), guid(5)]
    assert con.execute("SELECT line, reason FROM reject").fetchall() == [
        (3, "the line is empty"),
        (4, "the line holds NUL characters"),
        (5, "a quotation mark is left open or out of place"),
        (6, "6 columns where the header has 4"),
    ]
    assert balance(file)


def test_a_stray_windows_byte_keeps_its_line(tmp_path: Path) -> None:
    """0xE9 is é in Windows-1252; the UTF-8 é of the next line stays what it is."""
    body = f"{guid(1)},caf".encode() + b"\xe9,,x\r\n" + f"{guid(2)},café,,x\r\n".encode()
    con, file, notes = opened(put(tmp_path, body))
    assert content(con, file) == [(guid(1), "café"), (guid(2), "café")]
    assert notes.warnings == [
        "Some_File.csv: 1 lines are not UTF-8 and were read as Windows-1252, the first on line 2."
    ]


def test_a_stray_byte_in_a_column_nobody_reads_is_no_matter(tmp_path: Path) -> None:
    con, file, notes = opened(put(tmp_path, f"{guid(1)},a,".encode() + b"\xe9,x\r\n"))
    assert content(con, file) == [(guid(1), "a")]
    assert notes.warnings == []


def test_megabytes_of_free_text_cost_no_row_but_an_endless_column_of_ours_is_refused(tmp_path: Path) -> None:
    """DuckDB stops at lines of two megabytes; Note is not wanted, Text is."""
    con, file, _ = opened(put(tmp_path / "one", f"{guid(1)},a,{'x' * 3_000_000},x\r\n"))
    assert content(con, file) == [(guid(1), "a")]
    with pytest.raises(ExtractError, match="too long to be genuine"):
        opened(put(tmp_path / "two", f"{guid(1)},{'x' * 3_000_000},a,x\r\n"))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    body = b"".join(f"{guid(n)},".encode() + b"\xe9t\xe9,,x\r\n" for n in range(50))
    with pytest.raises(ExtractError, match="too many lines are not UTF-8 text: 11 by line 12, the first on line 2"):
        opened(put(tmp_path, body))


@pytest.mark.parametrize(("bad", "refused"), [(10, False), (11, True)])
def test_ten_bad_lines_are_forgiven(tmp_path: Path, bad: int, refused: bool) -> None:
    body = "".join(f"{guid(n)},a,,x\r\n" for n in range(100)) + "bad\r\n" * bad
    if refused:
        with pytest.raises(ExtractError, match="too many lines cannot be read: 11 by line 112, the first on line 102"):
            opened(put(tmp_path, body))
    else:
        assert opened(put(tmp_path, body))[1].file.rejected == 10


field = st.text(st.sampled_from('ab ,"\n\r\té☃'), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(field, field), min_size=1, max_size=12), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_rows_in_are_rows_out(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]], end: str, spoilt: bool
) -> None:
    """Quotes, commas and line breaks in fields come back as they were, whether or not a line is spoilt."""
    path = tmp_path_factory.mktemp("books") / "Some_File.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
        writer.writerow(["Id", "Text", "Note", "Last"])
        writer.writerows([guid(n), text, note, "x"] for n, (text, note) in enumerate(texts))
        if spoilt:
            out.write("spoilt" + end)
    con, file, _ = opened(path)
    assert content(con, file) == [(guid(n), text or None) for n, (text, _) in enumerate(texts)]
    assert file.file.rejected == spoilt
    assert file.file.breaks == sum(text.count("\n") + note.count("\n") for text, note in texts)
    assert balance(file)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(field, field), min_size=2, max_size=12), st.data())
def test_one_open_quote_among_any_rows(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]], data: st.DataObject
) -> None:
    """Whatever the other rows hold, all of them are read."""
    planted = data.draw(st.integers(0, len(texts)))
    lines = [f'"{guid(n)}",{_quoted(text)},{_quoted(note)},"x"\n' for n, (text, note) in enumerate(texts)]
    lines.insert(planted, f'"{guid(999)}","open,"","x"\n')
    path = tmp_path_factory.mktemp("books") / "Some_File.csv"
    path.write_text(HEADER.replace("\r", "") + "".join(lines), encoding="utf-8", newline="")
    con, file, _ = opened(path)
    assert content(con, file) == [(guid(n), text or None) for n, (text, _) in enumerate(texts)]
    assert (file.file.rejected, balance(file)) == (1, True)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
