"""How recent records are, if only their rows show it: the newest day on which rows were entered as usual."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from pipeline.extracts.model import Delivery


def newest_entries_sql(counted: str) -> str:
    """A SELECT of `org` and `typed`, a day number. `counted`: a SELECT of `org`, `recorded_on` and `n`, how many rows.

    Some rows are entered on a computer whose clock is fast. So a day counts only if its week (that day and the six
    before) has more than a tenth of the rows of the median week, over all practices, because one practice may be small.
    """
    return f"""
        WITH every AS (FROM ({counted}) WHERE recorded_on IS NOT NULL),
        days AS (SELECT recorded_on AS day, sum(n) AS n FROM every GROUP BY 1),
        weeks AS (SELECT day, sum(n) OVER (ORDER BY day RANGE BETWEEN 6 PRECEDING AND CURRENT ROW) AS n FROM days),
        newest AS (SELECT max(day) AS day FROM weeks WHERE n * 10 > (SELECT median(n) FROM weeks))
        SELECT org, CAST(least(max(recorded_on), (SELECT day FROM newest)) AS INTEGER) AS typed FROM every GROUP BY org
    """


def counted_sql(rows: str) -> str:
    """The rows of a SELECT of `org` and `recorded_on`, counted for `newest_entries_sql`."""
    return f"SELECT org, recorded_on, count(*) AS n FROM ({rows}) GROUP BY ALL"


def note_seen(
    con: duckdb.DuckDBPyConnection,
    table: str,
    delivery: Delivery,
    patients: str,
    others: Iterable[str],
    typed: tuple[str, str],
) -> None:
    """Make `table` in the form of `new_seen`: when each organisation was seen in the delivery, and with which rows.

    `patients`: the stage of patients. `others`: the stages of everything else about patients. `typed`: those of events
    and issues, whose rows say when they were entered.
    """
    seen = " UNION ".join([f"SELECT org, 1 AS patients FROM {patients}", *(f"SELECT org, 0 FROM {s}" for s in others)])
    entries = " UNION ALL ".join(f"SELECT org, recorded_on FROM {stage}" for stage in typed)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT org, ? AS feed, max(patients) AS patients, "
        "CAST(? AS INTEGER) AS day, max(typed) AS typed "
        f"FROM ({seen}) LEFT JOIN ({newest_entries_sql(counted_sql(entries))}) USING (org) GROUP BY org",
        [delivery.feed, delivery.day],
    )
