"""After any history of changes a TPP store equals one built from the final full extract, by the supplier's keys.

The supplier in plain Python: its tables each night. A delivery holds every row that was touched in its window, as it
now is; a row that is gone as removed. When a patient is removed nothing is said of their rows; when they come back, all
of them are sent again. `make prove` tries thousands of histories, different each time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import duckdb
from hypothesis import strategies as st

from pipeline.store.apply import Settings
from pipeline.store.compact import compact_store
from tests.extracts.tpp_folder import (
    OTHER,
    OWNED,
    PRACTICE,
    Row,
    Tables,
    address,
    apply,
    code,
    consent,
    contact,
    gone,
    medication,
    night,
    organisation,
    patient,
    reference,
    registration,
    small_extract,
    write_extract,
)
from tests.store.batches import in_batches
from tests.store.keyed import Rows, load
from tests.store.parcels import build

PEOPLE = ("11", "12", "13")
ANCHOR = "99"  # always there: an extract without a patient, a registration or an entry is refused
KEYS = ("1", "2", "3")
Made = Callable[..., Row]
MAKERS: dict[str, Made] = {
    "SRPatientRegistration": registration,
    "SRPatientAddressHistory": address,
    "SRPatientContactDetails": contact,
    "SRSmsConsent": consent,
    "SRCode": code,
    "SRPrimaryCareMedication": medication,
}
VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "SRPatient": {
        "Surname": ("Testcase", "Other", ""),
        "DateDeath": ("", "01 Nov 2026 00:00"),
        "TestPatient": ("FALSE", "TRUE"),
    },
    "SRPatientRegistration": {
        "DateRegistration": ("04 May 2010 00:00:00", "01 Jan 2020 00:00:00", ""),
        "DateDeRegistration": ("", "", "01 Jan 2021 00:00:00"),
        "RegistrationStatus": ("GMS", "GMS,Temporary", "Private"),
        "IDOrganisation": (PRACTICE, PRACTICE, OTHER, ""),
    },
    "SRPatientAddressHistory": {
        "NameOfRoad": ("High Street", "New Road", "Third Lane"),
        "DateEvent": ("04 May 2010 00:00:00", "01 Jan 2020 00:00:00", ""),
        "DateTo": ("", "", "01 Jan 2021 00:00:00"),
        "AddressType": ("0", "1", "3", ""),
    },
    "SRPatientContactDetails": {
        "ContactNumber": ("07700 900001", "07700 900002", "01632 960001"),
        "DateEvent": ("04 May 2010 00:00:00", "01 Jan 2020 00:00:00"),
    },
    "SRSmsConsent": {"SmsConsent": ("TRUE", "FALSE", ""), "DateEvent": ("04 May 2010 00:00:00", "")},
    "SRCode": {
        "CTV3Code": ("X75rj", "X75rk", "Y1712", ""),
        "SNOMEDCode": ("161891005", "279039007", "-1", ""),
        "DateEvent": ("15 Mar 2026 00:00:00", "01 Jan 2019 00:00:00", ""),
        "IDEvent": ("5", "-1"),
        "IsNumeric": ("TRUE", "FALSE"),
        "NumericValue": ("14", "0"),
    },
    "SRPrimaryCareMedication": {
        "NameOfMedication": ("Codeine 30mg tablets", "Paracetamol", ""),
        "IDMultiLexDMD": ("376689003", "-1"),
        "IsHospitalMedication": ("FALSE", "TRUE"),
        "IDRepeatTemplate": ("7", ""),
    },
}
QUERIES = {
    "practice": "FROM practice ORDER BY ALL",
    "patient": "SELECT * EXCLUDE (person_row) FROM patient ORDER BY ALL",
    **{
        table: "SELECT practice_id, patient_id, snomed, read2, ctv3, dmd, local, term, is_medicine, "
        f"r.* EXCLUDE (person_row, code_id, source_file) FROM {table} r JOIN patient USING (person_row) "
        "LEFT JOIN code USING (code_id) ORDER BY ALL"
        for table in ("event", "prescription")
    },
}


@dataclass(frozen=True)
class World:
    """The truth of one night: rows by table and key, and the patients in the extract."""

    rows: dict[str, dict[str, Row]]
    scope: frozenset[str]

    def put(self, table: str, key: str, row: Row | None) -> World:
        others = {name: each for name, each in self.rows[table].items() if name != key}
        return replace(self, rows={**self.rows, table: others | ({key: row} if row else {})})

    def content(self, table: str) -> dict[str, Row]:
        rows = self.rows[table]
        return {key: row for key, row in rows.items() if row.get("IDPatient", key) in self.scope}


@dataclass(frozen=True)
class Sent:
    """A delivery of the nights after `since`. `blank`: removed rows hold their key alone. `twice`: what is sent is
    there twice. `again`: it is offered twice; `compact`: then compacted.
    """

    since: int
    until: int
    blank: bool
    twice: bool
    again: bool
    compact: bool


@dataclass(frozen=True)
class History:
    nights: tuple[World, ...]
    sent: tuple[Sent, ...]


def _values(draw: st.DrawFn, table: str) -> Row:
    return {name: draw(st.sampled_from(values)) for name, values in VALUES[table].items()}


def _change(draw: st.DrawFn, world: World) -> World:
    table = draw(st.sampled_from((*MAKERS, *MAKERS, "SRPatient")))
    if table == "SRPatient":
        who = draw(st.sampled_from(PEOPLE))
        if draw(st.booleans()):
            return replace(world, scope=world.scope ^ {who})
        return world.put(table, who, patient(who, NHSNumber="", **_values(draw, table)))
    key = draw(st.sampled_from(KEYS))
    if draw(st.integers(0, 3)) == 0:
        return world.put(table, key, None)
    return world.put(table, key, MAKERS[table](key, draw(st.sampled_from(PEOPLE)), **_values(draw, table)))


def _begin(draw: st.DrawFn) -> World:
    rows: dict[str, dict[str, Row]] = {table: {} for table in OWNED}
    rows["SRPatient"] = {who: patient(who, NHSNumber="") for who in (*PEOPLE, ANCHOR)}
    for table, make in MAKERS.items():
        rows[table] = {key: make(key, who, **_values(draw, table)) for key, who in zip(KEYS, PEOPLE, strict=True)}
    rows["SRPatientRegistration"]["99"] = registration("99", ANCHOR)
    rows["SRCode"]["99"] = code("99", ANCHOR)
    return World(rows, frozenset((*PEOPLE[: draw(st.integers(2, 3))], ANCHOR)))


@st.composite
def histories(draw: st.DrawFn) -> History:
    nights = [_begin(draw)]
    for _ in range(draw(st.integers(2, 4))):
        world = nights[-1]
        for _ in range(draw(st.integers(1, 8))):
            world = _change(draw, world)
        nights.append(world)
    sent, last = [], 0
    while last < len(nights) - 1:
        until = min(len(nights) - 1, last + draw(st.sampled_from((1, 1, 2))))
        since = max(0, last - draw(st.sampled_from((0, 0, 1))))  # windows may overlap
        flags = draw(st.lists(st.booleans(), min_size=4, max_size=4))
        sent.append(Sent(since, until, *flags))
        last = until
    return History(tuple(nights), tuple(sent))


def touched(history: History, table: str, sent: Sent) -> Iterator[Row]:
    """The rows of a table that changed in the window, as the supplier sends them."""
    window = [world.content(table) for world in history.nights[sent.since : sent.until + 1]]
    scope = history.nights[sent.until].scope
    for key in sorted({key for content in window for key in content}):
        states = [content.get(key) for content in window]
        if all(before == after for before, after in pairwise(states)):
            continue
        known = [state for state in states if state]
        # Of a patient who stayed: also one whose row went to another, who then left.
        is_told = states[-1] or table == "SRPatient" or any(state["IDPatient"] in scope for state in known)
        for _ in range(1 + sent.twice):
            if states[-1]:
                yield states[-1]
            elif is_told:
                yield gone(key) if sent.blank else known[-1] | {"RemovedData": "1"}


WORDS = [reference("1", Ctv3Code="X75rj", Ctv3Text="Back pain"), reference("2", Ctv3Code="X75rk", Ctv3Text="Back pain")]


def bulk(world: World) -> Tables:
    return small_extract(SRCtv3=WORDS, **{table: list(world.content(table).values()) for table in OWNED})


def keep(history: History, folder: Path) -> Path:
    """The store after the whole history, delivery by delivery."""
    store = build(write_extract(folder / night(0), bulk(history.nights[0])), folder / "store")
    for sent in history.sent:
        tables = {table: list(touched(history, table, sent)) for table in OWNED} | {"SROrganisation": [organisation()]}
        where = write_extract(folder / night(sent.until), tables, night(sent.since), night(sent.until))
        for _ in range(1 + sent.again):
            apply(where, store)
        if sent.compact:
            compact_store(store, Settings())
    return store


def answers(con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    return {table: con.execute(query).fetchall() for table, query in QUERIES.items()}


@in_batches(1, 200, histories())
def test_the_store_equals_the_final_full_extract(history: History) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = keep(history, folder)
        last = len(history.nights) - 1
        final = write_extract(folder / "final", bulk(history.nights[last]), until=night(last))
        with load(store) as con, load(build(final, folder / "final-store")) as meant:
            assert answers(con) == answers(meant)
            assert {row[1] for row in con.execute("FROM patient").fetchall()} == {PRACTICE}
