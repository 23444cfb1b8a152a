"""What to compare with thresholds: counts of the profile against their total, against each other or the last run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pipeline.quality.count.periods import ONWARDS, TAIL
from pipeline.quality.count.profile_model import Count, Profile
from pipeline.quality.judge.finding import Kind
from pipeline.quality.judge.intervals import Measured

# Kind, table (empty: both tables of rows) and measure of every share. The item is the table where there is no other.
_SHARES = (
    (Kind.NOBODY_REGISTERED, "patient", "registered"),
    (Kind.UNREGISTERED, "patient", "unregistered"),
    (Kind.NHS_NUMBER_INVALID, "patient", "nhs_invalid"),
    (Kind.NHS_NUMBER_REPEATED, "patient", "nhs_repeated"),
    (Kind.PATIENT_DATES, "patient", "dates"),
    (Kind.COLUMN_BLANK, "patient", "blank"),
    (Kind.CODE_DAMAGED, "code", "damaged"),
    *(
        (kind, table, measure)
        for table in ("event", "prescription")
        for kind, measure in (
            (Kind.COLUMN_BLANK, "blank"),
            (Kind.BEFORE_BIRTH, "before_birth"),
            (Kind.IN_FUTURE, "in_future"),
            (Kind.CODE_UNKNOWN, "unknown_code"),
            (Kind.ROWS_REPEATED, "repeated"),
            (Kind.ROWS_ORPHANED, "orphaned"),
        )
    ),
)
_FEEDS = ("event", "prescription", "certificate")


def measure_profile(profile: Profile, previous: Profile | None) -> Iterator[Measured]:
    """Everything that can be measured before a search. `previous`: the last run's counts, if there was one."""
    for row in profile.where("practice", "age_days"):
        yield Measured(kind=Kind.EXTRACT_OLD, practice=row.practice, n=row.n, base=0)
    for kind, table, name in _SHARES:
        for row in profile.where(table, name):
            yield Measured(kind=kind, practice=row.practice, item=row.item or table, n=row.n, base=row.of)
    for row in profile.where("list", "rows"):
        yield Measured(kind=Kind.LIST_SILENT, item=row.item, n=row.n, base=row.of)
    yield from _measure_years(profile)
    yield from _measure_months(profile)
    if previous:
        yield from _measure_against(profile, previous)


def _measure_years(profile: Profile) -> Iterator[Measured]:
    """Rows of the twelve months, per registered person; per record if nobody is registered."""
    for practice, people in _people(profile).items():
        for table in _FEEDS:
            rows = [r for r in profile.where(table, "rows") if r.practice == practice and r.month not in ("", TAIL)]
            yield Measured(
                kind=Kind.PRACTICE_ZERO, practice=practice, item=table, n=sum(row.n for row in rows), base=people
            )


def _people(profile: Profile) -> dict[str, int]:
    return {row.practice: row.n or row.of for row in profile.where("patient", "registered")}


def _measure_months(profile: Profile) -> Iterator[Measured]:
    for table in _FEEDS:
        yield from _measure_against_fellows(Kind.MONTH_LOW, [r for r in profile.where(table, "rows") if r.month], table)
        yield from _measure_against_fellows(Kind.COLUMN_FADED, list(profile.where(table, "filled")), table)


def _measure_against_fellows(kind: Kind, rows: list[Count], table: str) -> Iterator[Measured]:
    """Each month against the same practice's other whole months: rows per day, or filled values per row."""
    grouped: dict[tuple[str, str], list[Count]] = defaultdict(list)
    for row in rows:
        grouped[row.practice, row.item].append(row)
    for (practice, item), own in grouped.items():
        for row in own:
            others = [other for other in own if other.month not in (row.month, TAIL)]
            base, of = sum(other.n for other in others), sum(other.of for other in others)
            if row.of and of:
                yield Measured(
                    kind=kind,
                    practice=practice,
                    item=item or table,
                    month=row.month,
                    n=row.n,
                    base=base,
                    weight=row.of / of,
                )
        yield from _measure_onwards(
            kind, practice, item or table, sorted(own, key=lambda row: (row.month == TAIL, row.month))
        )


def _measure_onwards(kind: Kind, practice: str, item: str, rows: list[Count]) -> Iterator[Measured]:
    """From each month of the later half up to the extract, against the months before.

    In a small practice one empty month may be chance, but four are not.
    """
    for start in range(len(rows) // 2, len(rows) - 1):
        before, after = rows[:start], rows[start:]
        base, of, own = sum(row.n for row in before), sum(row.of for row in before), sum(row.of for row in after)
        if of and own:
            yield Measured(
                kind=kind,
                practice=practice,
                item=item,
                month=rows[start].month + ONWARDS,
                n=sum(r.n for r in after),
                base=base,
                weight=own / of,
            )


def _measure_against(profile: Profile, previous: Profile) -> Iterator[Measured]:
    """The counts for all time against the last run's."""
    now, then = profile.totals("patient", "registered"), previous.totals("patient", "registered")
    for (practice, _), before in then.items():
        if (practice, "") not in now:
            yield Measured(kind=Kind.PRACTICE_GONE, practice=practice, n=0, base=before.n)
    for key, row in now.items():
        if key in then:
            yield Measured(kind=Kind.PATIENTS_CHANGED, practice=row.practice, n=row.n, base=then[key].n)
    for table in ("event", "prescription"):
        then = previous.totals(table, "rows")
        for key, row in profile.totals(table, "rows").items():
            if key in then:
                yield Measured(kind=Kind.VOLUME_CHANGED, practice=row.practice, item=table, n=row.n, base=then[key].n)
    for table in ("patient", "event", "prescription"):
        yield from _measure_filled_against(profile, previous, table)


def _measure_filled_against(profile: Profile, previous: Profile, table: str) -> Iterator[Measured]:
    then = previous.totals(table, "blank")
    for key, row in profile.totals(table, "blank").items():
        before = then.get(key)
        if before and before.of and row.of:
            filled, base = row.of - row.n, before.of - before.n
            yield Measured(
                kind=Kind.COLUMN_FADED,
                practice=row.practice,
                item=row.item,
                n=filled,
                base=base,
                weight=row.of / before.of,
            )
