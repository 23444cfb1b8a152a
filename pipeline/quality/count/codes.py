"""Counts about codes: how many are damaged, and how many rows each code list and each of its roles finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import duckdb

from pipeline.codes.code_index import CodeIndex
from pipeline.codes.codelist import CodeList
from pipeline.codes.resolve import resolve
from pipeline.codes.systems import System, canonical
from pipeline.quality.count.profile_model import Count

TESTED = 20_000  # codes of each system: enough to judge by, and quick
_SYSTEMS: tuple[System, ...] = ("snomed", "dmd", "read2", "ctv3")


def count_codes(con: duckdb.DuckDBPyConnection) -> Iterator[Count]:
    """Of the codes in use, by system: those not written as that system's codes are. Needs `quality_code`."""
    for system in _SYSTEMS:
        sql = (
            f"SELECT DISTINCT c.{system} FROM code c SEMI JOIN quality_code u ON u.code_id = c.code_id "
            f"WHERE c.{system} IS NOT NULL ORDER BY 1 LIMIT {TESTED}"
        )
        codes = [str(row[0]) for row in con.execute(sql).fetchall()]
        yield Count(
            practice="",
            table="code",
            measure="damaged",
            item=system,
            month="",
            n=sum(not _is_sound(system, code) for code in codes),
            of=len(codes),
        )


def _is_sound(system: System, code: str) -> bool:
    try:
        canonical(system, code)
    except ValueError:
        return False
    return True


def find_codes(codelists: Iterable[CodeList], dictionary: CodeIndex) -> dict[tuple[str, str], list[int]]:
    """The code ids of each list (role empty), and of each role that a row of it has."""
    found: dict[tuple[str, str], list[int]] = {}
    for codelist in codelists:
        matches = resolve([codelist], None, dictionary).matches
        found[codelist.name, ""] = [match.code_id for match in matches]
        for role in sorted({entry.role for entry in codelist.entries if entry.role}):
            found[codelist.name, role] = [match.code_id for match in matches if match.role == role]
    return found


def count_lists(
    con: duckdb.DuckDBPyConnection, found: dict[tuple[str, str], list[int]], wanted: Sequence[tuple[str, str]]
) -> Iterator[Count]:
    """Rows that each wanted list, or role of a list, finds in the whole extract; `of` its patients."""
    con.execute("CREATE TEMP TABLE quality_list (item VARCHAR, code_id INTEGER)")
    rows = [(_item(name, role), code) for name, role in wanted for code in found[name, role]]
    con.execute("INSERT INTO quality_list SELECT unnest(?), unnest(?)", [[r[0] for r in rows], [r[1] for r in rows]])
    people = con.execute("SELECT count(*) FROM patient WHERE is_test = 0").fetchone()
    hits = dict(
        con.execute("SELECT item, sum(n) FROM quality_list JOIN quality_code USING (code_id) GROUP BY 1").fetchall()
    )
    for name, role in wanted:
        item = _item(name, role)
        yield Count(
            practice="",
            table="list",
            measure="rows",
            item=item,
            month="",
            n=int(hits.get(item, 0)),
            of=int(people[0]) if people else 0,
        )


def _item(name: str, role: str) -> str:
    return f"{name}/{role}" if role else name
