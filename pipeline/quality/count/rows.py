"""Counts of events and prescriptions, taken directly from the store's files: loads no rows and little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.quality.count.periods import list_periods
from pipeline.quality.count.profile_model import Count
from pipeline.store.current_sql import fill_numbers, live_sql
from pipeline.store.segment_tables import NO_CODE

SAMPLED = 2_000_000  # rows in which repeats are looked for: all rows of some of the people
CERTIFICATE = "certificate"

# A prescription without a code takes its course's. Later changes to the course are ignored: they touch few rows.
_CODE = {
    "event": "r.code_id",
    "prescription": f"CASE WHEN r.code_id = {NO_CODE} THEN coalesce(r.course_code, {NO_CODE}) ELSE r.code_id END",
}
# Columns that may be blank from some delivery on.
FADING = {"event": ("recorded_on", "encounter", "value"), "prescription": ("recorded_on", "quantity", "duration_days")}
_SAME = {"event": "r.date, r.value", "prescription": "r.date, r.quantity, r.duration_days"}


CREATE_CODES = "CREATE TEMP TABLE quality_code (practice_id VARCHAR, tab VARCHAR, code_id INTEGER, n BIGINT)"


@dataclass(frozen=True)
class CountedRows:
    """A table whose rows are counted: its name, and the SQL for a row's code."""

    table: str
    code: str

    def live(self, also: str = "") -> str:
        return live_sql(self.table, f"kept_{self.table}", also)


TABLES = tuple(CountedRows(table, code) for table, code in _CODE.items())


def fill_periods(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Create `quality_period`, the days on which each practice's rows count, and `quality_span`, from when to when.

    Returns the names of each practice's periods.
    """
    con.execute("CREATE TEMP TABLE quality_period (practice_id VARCHAR, name VARCHAR, day INTEGER)")
    days = con.execute("SELECT practice_id, extract_date FROM practice ORDER BY 1").fetchall()
    for extract_day in {day for _, day in days}:
        rows = [
            (each.name, day)
            for each in list_periods(date.fromordinal(extract_day))
            for day in range(each.first.toordinal(), each.last.toordinal() + 1)
        ]
        con.execute(
            "INSERT INTO quality_period SELECT p.practice_id, d.name, d.day FROM practice p, "
            "(SELECT unnest(?) AS name, unnest(?) AS day) d WHERE p.extract_date = ?",
            [[name for name, _ in rows], [day for _, day in rows], extract_day],
        )
    con.execute(
        "CREATE TEMP TABLE quality_span AS SELECT o.org_row, o.practice_id, p.extract_date, min(q.day) AS first "
        "FROM practice_of o JOIN practice p USING (practice_id) JOIN quality_period q USING (practice_id) GROUP BY ALL"
    )
    return {practice: [each.name for each in list_periods(date.fromordinal(day))] for practice, day in days}


def fill_codes(con: duckdb.DuckDBPyConnection) -> None:
    """Create `quality_code` (practice_id, tab, code_id, n): how often each code is used."""
    con.execute(CREATE_CODES)
    for kept in TABLES:
        con.execute(
            f"INSERT INTO quality_code SELECT o.practice_id, '{kept.table}', u.code_id, u.n FROM (SELECT r.org_row, "
            f"{kept.code} AS code_id, count(*) AS n {kept.live()} GROUP BY 1, 2) u JOIN practice_of o USING (org_row)"
        )


def fill_days(con: duckdb.DuckDBPyConnection) -> None:
    """Create `quality_<table>`: rows by day (all days outside the periods as one), and how many are filled or wrong.

    Only exact dates count as before birth: the first day of a year may be earlier.
    """
    con.execute(
        "CREATE TEMP TABLE quality_born AS SELECT person_row, CASE WHEN date_of_birth <= extract_date THEN "
        "date_of_birth END AS born FROM live_patient JOIN practice_of USING (org_row) JOIN practice USING (practice_id)"
    )
    for kept in TABLES:
        filled = ", ".join(f"count(r.{column}) AS {column}" for column in FADING[kept.table])
        also = "JOIN quality_span s ON s.org_row = r.org_row JOIN quality_born b ON b.person_row = r.person_row"
        con.execute(
            f"CREATE TEMP TABLE quality_{kept.table} AS SELECT s.practice_id, "
            "CASE WHEN r.date BETWEEN s.first AND s.extract_date THEN r.date END AS day, count(*) AS n, "
            "count(r.date) AS dated, count(*) FILTER (r.date < b.born AND r.date_precision = 'day') AS before_birth, "
            f"count(*) FILTER (r.date > s.extract_date) AS in_future, {filled} {kept.live(also)} GROUP BY 1, 2"
        )


def count_rows(con: duckdb.DuckDBPyConnection) -> Iterator[Count]:
    """Needs `quality_code`, `quality_period` and `quality_span`."""
    fill_days(con)
    for kept in TABLES:
        yield from _totals(con, kept)
        yield from _by_month(con, kept.table, FADING[kept.table])
        yield from _repeats(con, kept)
        yield from _orphans(con, kept.table)


def count_certificates(con: duckdb.DuckDBPyConnection, codes: Iterable[int]) -> Iterator[Count]:
    """Fit notes, by their code ids. Needs `quality_period` and `quality_span`."""
    _fill_certificates(con, codes)
    yield from _by_month(con, CERTIFICATE, ())
    yield from _count(con, CERTIFICATE, "rows", f"SELECT practice_id, sum(n), sum(n) FROM quality_{CERTIFICATE}")


def _fill_certificates(con: duckdb.DuckDBPyConnection, codes: Iterable[int]) -> None:
    fill_numbers(con, "quality_note", "code_id", codes)
    also = "SEMI JOIN quality_note n ON n.code_id = r.code_id JOIN quality_span s ON s.org_row = r.org_row"
    con.execute(
        f"CREATE TEMP TABLE quality_{CERTIFICATE} AS SELECT s.practice_id, CASE WHEN r.date BETWEEN s.first AND "
        f"s.extract_date THEN r.date END AS day, count(*) AS n {live_sql('event', 'kept_event', also)} GROUP BY 1, 2"
    )


def _totals(con: duckdb.DuckDBPyConnection, kept: CountedRows) -> Iterator[Count]:
    table = kept.table
    own = f"FROM quality_{table}"
    yield from _count(con, table, "rows", f"SELECT practice_id, sum(n), sum(n) {own}")
    yield from _count(con, table, "blank", f"SELECT practice_id, sum(n - dated), sum(n) {own}", f"{table}.date")
    for measure in ("before_birth", "in_future"):
        yield from _count(con, table, measure, f"SELECT practice_id, sum({measure}), sum(dated) {own}")
    for column in FADING[table]:
        select = f"SELECT practice_id, sum(n - {column}), sum(n) {own}"
        yield from _count(con, table, "blank", select, f"{table}.{column}")
    unknown = "c.code_id IS NULL OR c.is_medicine = 0 AND coalesce(c.snomed, c.read2, c.ctv3, c.dmd, c.bnf) IS NULL"
    select = (
        f"SELECT practice_id, coalesce(sum(n) FILTER ({unknown}), 0), sum(n) FROM quality_code u "
        f"LEFT JOIN code c USING (code_id) WHERE tab = '{table}'"
    )
    yield from _count(con, table, "unknown_code", select)


def _count(con: duckdb.DuckDBPyConnection, table: str, measure: str, select: str, item: str = "") -> Iterator[Count]:
    """A count for every practice, even if the SELECT (practice, n, of) has no row for it."""
    sql = (
        f"SELECT p.practice_id, coalesce(c.n, 0), coalesce(c.of, 0) FROM practice p LEFT JOIN ({select} "
        "GROUP BY practice_id) c(practice_id, n, of) USING (practice_id) ORDER BY 1"
    )
    for practice, n, of in con.execute(sql).fetchall():
        yield Count(practice=practice, table=table, measure=measure, item=item, month="", n=int(n), of=int(of))


def _by_month(con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...]) -> Iterator[Count]:
    """Rows in each period, `of` its days; and the filled values of each column, `of` those rows."""
    filled = "".join(f", coalesce(sum({column}), 0)" for column in columns)
    sql = (
        f"SELECT q.practice_id, q.name, count(DISTINCT q.day), coalesce(sum(n), 0){filled} FROM quality_period q "
        f"LEFT JOIN quality_{table} r ON r.practice_id = q.practice_id AND r.day = q.day GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for practice, month, days, rows, *others in con.execute(sql).fetchall():
        yield Count(practice=practice, table=table, measure="rows", item="", month=month, n=int(rows), of=int(days))
        for column, n in zip(columns, others, strict=True):
            yield Count(
                practice=practice,
                table=table,
                measure="filled",
                item=f"{table}.{column}",
                month=month,
                n=int(n),
                of=int(rows),
            )


def _repeats(con: duckdb.DuckDBPyConnection, kept: CountedRows) -> Iterator[Count]:
    """Rows that are alike except for their key, among all rows of some of the people."""
    rows = con.execute("SELECT coalesce(sum(n), 0) FROM quality_code WHERE tab = ?", [kept.table]).fetchone()
    every = 1 + int(rows[0] if rows else 0) // SAMPLED
    select = (
        f"SELECT practice_id, sum(times - 1), sum(times) FROM (SELECT r.org_row, count(*) AS times "
        f"{kept.live()} WHERE r.person_row % {every} = 0 AND r.date IS NOT NULL "
        f"GROUP BY r.org_row, r.person_row, {kept.code}, {_SAME[kept.table]}) JOIN practice_of USING (org_row)"
    )
    yield from _count(con, kept.table, "repeated", select)


def _orphans(con: duckdb.DuckDBPyConnection, table: str) -> Iterator[Count]:
    """Rows whose patient is not in the extract. Rows of patients who have left do not count."""
    sql = (
        f"SELECT (SELECT count(*) {live_sql(table, f'kept_waiting_{table}')} "
        "WHERE r.person_row NOT IN (SELECT person_row FROM live_patient) "
        "AND r.person_row NOT IN (SELECT person_row FROM kept_departure)), "
        f"(SELECT coalesce(sum(n), 0) FROM quality_code WHERE tab = '{table}')"
    )
    row = con.execute(sql).fetchone() or (0, 0)
    yield Count(
        practice="", table=table, measure="orphaned", item="", month="", n=int(row[0]), of=int(row[0]) + int(row[1])
    )
