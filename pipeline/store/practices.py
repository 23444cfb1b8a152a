"""The store's practices: which may be used, what they are called, and how new each one's records are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import duckdb

from pipeline.errors import ExtractError
from pipeline.store.manifest import Manifest
from pipeline.tables import PRACTICE_ID

_NO_CODE = "without an ODS code"


@dataclass(frozen=True)
class Organisation:
    """An organisation with patients. `usable`: None if no agreement mentions it."""

    org_row: int
    code: str | None
    other_number: str | None
    name: str | None
    supplier: str | None
    is_listed: bool
    usable: bool | None
    patients: int

    @property
    def may_be_used(self) -> bool:
        return self.is_listed and not self.is_off

    @property
    def is_off(self) -> bool:
        """Whether its sharing agreement has ended. A supplier may then take it out of the organisations too."""
        return self.usable is False


def fill_practices(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> list[str]:
    """Table `practice`, and `practice_of` (org_row, practice_id); return warnings about those left out.

    Needs the view `live_patient`. Raises ExtractError if no practice is left, or two share a code.
    """
    organisations = _organisations(con)
    usable = [each for each in organisations if each.may_be_used]
    ids = {each.org_row: _practice_id(each) for each in usable}
    _refuse_shared_codes(list(ids.values()))
    warnings = [*_say_unlisted(organisations), *_say_switched_off(organisations), *_say_renamed(usable, ids)]
    if not usable:
        raise ExtractError("No practice in this extract may be used. " + " ".join(warnings))
    days = _extract_days(con, manifest)
    if not all(days.get(each.org_row) for each in usable):
        raise ExtractError(
            "The extract does not say when it was made: its files have lost the supplier's names and no row "
            "has an EnteredDate. Restore the names, such as 291_Admin_Patient_20261120013000_<agreement>.csv."
        )
    con.execute("CREATE TEMP TABLE practice_of (org_row INTEGER, practice_id VARCHAR)")
    for each in usable:
        con.execute("INSERT INTO practice_of VALUES (?, ?)", [each.org_row, ids[each.org_row]])
        row = [ids[each.org_row], each.name, each.supplier, days[each.org_row]]
        con.execute("INSERT INTO practice VALUES (?, ?, ?, ?)", row)
    return warnings


def switched_off(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The ODS codes of the practices whose sharing agreements have ended, which are left out and said to be."""
    return frozenset(each.code.upper() for each in _organisations(con) if each.is_off and each.code)


def _organisations(con: duckdb.DuckDBPyConnection) -> list[Organisation]:
    rows = con.execute(
        """
        SELECT p.org_row, o.said.code, o.said.other_number, o.said.name, o.said.supplier, o.org_row IS NOT NULL,
            a.usable = 1, p.patients
        FROM (SELECT org_row, count(*) AS patients FROM live_patient GROUP BY org_row) p
        LEFT JOIN (SELECT k.org_row, arg_max(k, seq) AS said FROM kept_organisation k GROUP BY k.org_row) o
            ON o.org_row = p.org_row
        LEFT JOIN (SELECT org_row, arg_max(usable, seq) AS usable FROM kept_agreement GROUP BY org_row) a
            ON a.org_row = p.org_row
        ORDER BY 2, p.org_row
        """
    ).fetchall()
    return [Organisation(*row) for row in rows]


def _say_unlisted(organisations: Iterable[Organisation]) -> Iterator[str]:
    patients = sum(each.patients for each in organisations if not (each.is_listed or each.is_off))
    if patients:
        yield (
            f"{patients:,} patients are left out, because the extract does not say which practice they belong to. Ask "
            "the supplier for the whole file of organisations."
        )


def _say_switched_off(organisations: Iterable[Organisation]) -> Iterator[str]:
    """One line, however many practices: it names them all, because nothing else does."""
    off = [each.code or _NO_CODE for each in organisations if each.is_off]
    why = "disabled, deleted or not activated"
    if len(off) == 1:
        which = f"Practice {off[0]}" if off[0] != _NO_CODE else f"A practice {_NO_CODE}"
        yield (
            f"{which} is left out: its sharing agreement is {why}. Ask the practice or the supplier before you use its "
            "records."
        )
    elif off:
        yield (
            f"{len(off)} practices are left out: their sharing agreements are {why}. Ask the practices or the supplier "
            f"before you use their records. The practices are {', '.join(off)}."
        )


def _say_renamed(usable: Iterable[Organisation], ids: Mapping[int, str]) -> Iterator[str]:
    named = [ids[each.org_row] for each in usable if each.code is None]
    if len(named) == 1:
        yield f"One practice has no ODS code in the extract. It is called {named[0]}."
    elif named:
        yield f"{len(named)} practices have no ODS code in the extract. They are called {', '.join(named)}."


def _practice_id(each: Organisation) -> str:
    """The ODS code in capitals, or the supplier's customer number where there is none."""
    code = (each.code or f"CDB{each.other_number or ''}").upper()
    if code == "CDB" or not PRACTICE_ID.fullmatch(code):
        raise ExtractError(
            "Every practice with patients must have an ODS code, 1 to 20 letters and digits, in the file of "
            "organisations. Ask the supplier to correct it."
        )
    return code


def _refuse_shared_codes(ids: list[str]) -> None:
    shared = [code for code, times in Counter(ids).items() if times > 1]
    if shared:
        raise ExtractError(
            f"Two organisations with patients have the ODS code {shared[0]}. "
            "Ask the supplier which of them is the practice."
        )


def _extract_days(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> dict[int, int]:
    """The newest day of each practice: of the newest delivery of its feed, else of the newest row entered.

    If a night's delivery does not mention a practice, nothing changed there.
    """
    newest = {each.feed: each.day or 0 for each in manifest.applied}
    days: dict[int, int] = {}
    seen = "SELECT org_row, feed, max(day), max(typed) FROM kept_seen WHERE patients = 1 GROUP BY ALL ORDER BY 1, 2"
    for org_row, feed, day, typed in con.execute(seen).fetchall():
        days[org_row] = max(days.get(org_row, 0), newest.get(feed, 0), day or 0) or typed or 0
    return days
