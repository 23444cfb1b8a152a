"""Parquet and DuckDB files that mean harm: columns of every type, bombs, databases that would run what they hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.extracts.columnar import count_parquet, refuse_bomb
from tests.effort import LONG, longer, some
from tests.hostile.clock import within
from tests.hostile.folders import FOLDERS, Files
from tests.hostile.looking import Seen, look, look_at, room, write_files
from tests.hostile.oracle import sound, strangers
from tests.hostile.people import CANARIES

pytestmark = longer

# What may stand in the place of a text: an SQL expression over the column {0}.
TYPES = {
    "a list": "[{0}]",
    "a structure": "{{'a': {0}}}",
    "a map": "MAP {{'a': {0}}}",
    "bytes": "encode({0})",
    "bytes that are no text": "'\\xff\\x00'::BLOB",
    "a fraction": "1.5::DOUBLE",
    "no number": "'nan'::DOUBLE",
    "a huge number": "170141183460469231731687303715884105727::HUGEINT",
    "a truth": "true",
    "a moment": "TIMESTAMPTZ '2026-01-01 00:00:00+05'",
    "no end": "'infinity'::DATE",
    "before Christ": "DATE '4000-01-01 (BC)'",
    "a span": "INTERVAL 1 YEAR",
    "a time": "TIME '10:00'",
    "a UUID": "uuid()",
    "a decimal": "1.50::DECIMAL(38, 20)",
    "an enumeration": "{0}::ENUM ('zzz')",
    "NUL": "'a' || chr(0) || 'b'",
    "a megabyte": "repeat('x', 1000000)",
}


def rewritten(content: bytes, select: str) -> bytes:
    """A Parquet file written anew: {t} stands for the old one."""
    with room() as folder, duckdb.connect() as con:
        (folder / "old.parquet").write_bytes(content)
        con.execute("CREATE TABLE t AS FROM read_parquet(?)", [str(folder / "old.parquet")])
        con.sql(select).write_parquet(str(folder / "new.parquet"), compression="zstd")
        return (folder / "new.parquet").read_bytes()


def columns_of(content: bytes) -> list[str]:
    with room() as folder, duckdb.connect() as con:
        (folder / "old.parquet").write_bytes(content)
        return [str(row[0]) for row in con.execute(f"DESCRIBE FROM '{folder / 'old.parquet'}'").fetchall()]


@pytest.mark.parametrize(
    ("format", "kind"), some([(one, kind) for kind in TYPES for one in ("plain_parquet", "omop_parquet")], 2)
)
def test_a_column_of_another_type(format: str, kind: str) -> None:
    """In every third column (in the short run, one of the first file): refused, or nobody is added in silence."""
    files = FOLDERS[format]()
    expression = TYPES[kind] if kind != "an enumeration" else "'zzz'::ENUM ('zzz')"
    for name, content in list(files.items())[: None if LONG else 1]:
        columns = columns_of(content)
        for column in columns[::3] if LONG else columns[2:3]:
            select = f"SELECT * REPLACE ({expression.format(column)} AS {column}) FROM t"
            seen = look(files | {name: rewritten(content, select)})
            assert seen.error or seen.says_more_than(sound(format)) or not strangers(seen, sound(format))


@pytest.mark.parametrize("format", some(["plain_parquet", "omop_parquet"], 1))
def test_names_of_columns_that_are_sql(format: str) -> None:
    files = FOLDERS[format]()
    for name, content in some(sorted(files.items())[:3], 1):
        select = """SELECT *, 1 AS "x"" FROM t; DROP TABLE patient; --", 2 AS "', (SELECT 1), '", 3 AS "" FROM t"""
        odd = rewritten(content, select.replace('AS ""', 'AS " "'))
        seen = look(files | {name: odd})
        assert seen.error or seen.listed == sound(format).listed


def test_a_parquet_file_of_two_columns_of_one_name_but_for_capitals() -> None:
    files = FOLDERS["plain_parquet"]()
    name = "patient.parquet"
    with room() as folder, duckdb.connect() as con:
        (folder / "old.parquet").write_bytes(files[name])
        con.execute(f"CREATE TABLE t AS SELECT * EXCLUDE (surname), surname AS a FROM '{folder / 'old.parquet'}'")
        con.sql("SELECT * FROM t").write_parquet(str(folder / "new.parquet"))
        twice = (folder / "new.parquet").read_bytes().replace(b"date_of_death", b"Date_Of_Birth")
    assert look(files | {name: twice}).error


BOMB_ROWS = 3_000_000


@pytest.mark.parametrize(
    ("format", "name"),
    [("plain_parquet", "event.parquet"), ("omop_parquet", "condition_occurrence.parquet")],
)
def test_a_bomb_of_rows(format: str, name: str) -> None:
    """A file of some kilobytes that says it holds three million rows alike: refused before they are all unpacked."""
    files = FOLDERS[format]()
    bomb = rewritten(files[name], f"SELECT t.* FROM (FROM t LIMIT 1) t, range({BOMB_ROWS})")
    assert len(bomb) < 5_000_000
    with within(30):
        assert "unless nearly all are alike" in look(files | {name: bomb}).error


def test_a_bomb_in_a_database() -> None:
    def change(con: duckdb.DuckDBPyConnection, _: Path) -> None:
        rows = f"SELECT 5 AS person_id, DATE '2026-05-01' AS death_date FROM range({20 * BOMB_ROWS})"
        con.execute(f"CREATE OR REPLACE TABLE cdm.cdm.death AS {rows}")

    with within(30):
        assert "unless nearly all are alike" in with_database(change).error


@pytest.mark.parametrize(
    ("format", "name", "select"),
    some(
        [
            (
                "plain_parquet",
                "event.parquet",
                "repeat('x', 1000000) AS source_key) FROM (FROM t LIMIT 1) t, range(3000)",
            ),
            ("plain_parquet", "patient.parquet", "repeat('x', 30000000)::BLOB AS surname) FROM t"),
            ("omop_parquet", "concept.parquet", "repeat('x', 30000000) AS concept_name) FROM t"),
            ("omop_parquet", "person.parquet", "[repeat('x', 30000000)] AS person_source_value) FROM t"),
        ],
        2,
    ),
)
def test_a_bomb_of_text(format: str, name: str, select: str) -> None:
    """A file of some kilobytes that says one long text in each row: refused, and not the machine blamed."""
    files = FOLDERS[format]()
    bomb = rewritten(files[name], f"SELECT t.* REPLACE ({select}")
    with within(30):
        error = look(files | {name: bomb}).error
    assert "far more text" in error or "lists or structures" in error


@pytest.mark.parametrize("order", some(["person_row, code_id", "person_row, date", "code_id, date"], 1))
def test_a_large_table_in_good_order_is_no_bomb(order: str) -> None:
    """Of nothing but person, code and day, packed as hard as can be; still ten times what is refused."""
    rows = 1_100_000
    select = "i // 60 AS person_row, hash(i) % 60 AS code_id, DATE '2010-01-01' + (hash(-i) % 5000)::INT AS date"
    with room() as folder, duckdb.connect() as con:
        path = folder / "event.parquet"
        con.execute(
            f"COPY (SELECT {select} FROM range({rows}) t(i) ORDER BY {order}) TO '{path}' "
            "(codec 'zstd', compression_level 12, parquet_version 'v2')"
        )
        assert count_parquet(con, path) == rows
        refuse_bomb(path, 10 * rows)


STATEMENTS: dict[str, str] = {
    "a view that reads a file": "CREATE VIEW cdm.cdm.{0} AS SELECT * FROM read_text('{1}')",
    "a view over a macro": "USE cdm.cdm; CREATE MACRO f() AS TABLE SELECT * FROM read_text('{1}'); "
    "CREATE VIEW {0} AS FROM f()",
    "a computed column": "CREATE TABLE cdm.cdm.{0} "
    "(death_date DATE, person_id INTEGER AS (CAST(getvariable('x') AS INTEGER)))",
    "a table of another shape": 'CREATE TABLE cdm.cdm.{0} ("\'; DROP" INTEGER)',
    "a default that runs": "CREATE TABLE cdm.cdm.{0} (person_id INTEGER DEFAULT (1/0), death_date DATE); {2}",
    "a sequence": "CREATE SEQUENCE cdm.cdm.s; "
    "CREATE TABLE cdm.cdm.{0} (person_id BIGINT DEFAULT nextval('cdm.cdm.s'), death_date DATE); {2}",
}


DEATH = "INSERT INTO cdm.cdm.death (person_id, death_date) VALUES (5, '2026-05-01')"


def with_database(change: Callable[[duckdb.DuckDBPyConnection, Path], object]) -> Seen:
    with room() as base:
        (base / "secret.txt").write_text(f"{CANARIES[0]} outside")
        folder = write_files(base / "in", FOLDERS["omop_duckdb"]())
        with duckdb.connect(folder / "cdm.duckdb") as con:
            change(con, base / "secret.txt")
        return look_at(folder, base / "out")


@pytest.mark.parametrize("shape", some(STATEMENTS, 2))
def test_a_database_that_would_run_something(shape: str) -> None:
    """In the place of the table of deaths: it is refused, or nothing of it is run, and its loss is said."""

    def change(con: duckdb.DuckDBPyConnection, secret: Path) -> None:
        con.execute("DROP TABLE cdm.cdm.death")
        con.execute(STATEMENTS[shape].format("death", secret, DEATH))

    seen = with_database(change)
    assert seen.error or seen.listed == sound("omop_duckdb").listed or seen.says_more_than(sound("omop_duckdb"))


def test_a_database_of_another_program() -> None:
    other: Files = {"cdm.duckdb": b"SQLite format 3\0" + b"\0" * 4096}
    assert look(other).error
    assert look({"cdm.duckdb": b"\0" * 8 + b"DUCK" + b"\xff" * 4096}).error
