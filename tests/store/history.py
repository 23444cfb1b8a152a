"""Histories of a supplier: a full extract, then nights of changes, and how they are packed into deliveries."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.store.pool import CODES, KEYS, ODS, PATIENTS, PRACTICES, VALUES, Change, furnished_world, put
from tests.store.world import (
    AGREEMENT,
    ANCHOR,
    CLINICAL,
    DRUG,
    FIRST,
    KEY_COLUMN,
    OF_PATIENTS,
    ORGANISATION,
    PATIENT,
    SECOND,
    STAFF,
    THIRD,
    Key,
    Manner,
    World,
)

BULK = 1001  # the full extract's number


@st.composite
def _rows_of_patients(draw: st.DrawFn) -> Change:
    table = draw(st.sampled_from(OF_PATIENTS))
    key = (draw(PRACTICES), draw(st.sampled_from(KEYS[table])))
    of = draw(st.sampled_from((*PATIENTS, *PATIENTS, ANCHOR, None, None, None)))
    if draw(st.integers(0, 4)) == 4:
        return lambda world: world.remove(table, key)
    return put(table, key, draw(VALUES[table]), of)


@dataclass(frozen=True)
class _Story:
    """A patient who leaves on one night and returns on another, or the other way about, or only leaves.

    `heir`: who takes over the patient's rows of `tables` on the night `moved`, as when two records turn out to be one;
    empty where they are deleted.
    """

    key: Key
    turns: frozenset[int]
    heir: str
    moved: int
    tables: tuple[str, ...]

    def tell(self, world: World, night: int) -> World:
        for table in self.tables if night == self.moved else ():
            for key, row in world.tables[table].items():
                if (key[0], row["PatientGuid"]) == self.key:
                    world = _move(world, table, key, self.heir)
        return world.toggle(self.key) if night in self.turns else world


def _move(world: World, table: str, key: Key, heir: str) -> World:
    return world.put(table, key, {"PatientGuid": heir}) if heir else world.remove(table, key)


def _stories(nights: int) -> st.SearchStrategy[list[_Story]]:
    """In the nights up to this one."""
    night = st.integers(0, nights)
    patients = (*((FIRST, key) for key in PATIENTS), *((FIRST, key) for key in PATIENTS), (SECOND, PATIENTS[0]))
    story = st.builds(
        _Story,
        key=st.sampled_from(patients),
        turns=st.frozensets(night, min_size=1, max_size=2),
        heir=st.sampled_from(("", "", *PATIENTS, ANCHOR)),
        moved=night,
        tables=st.sampled_from(((), OF_PATIENTS, OF_PATIENTS[:2], OF_PATIENTS[2:])),
    )
    return st.lists(story, min_size=1, max_size=4)


@st.composite
def _reference_rows(draw: st.DrawFn) -> Change:
    table = draw(st.sampled_from((CLINICAL, DRUG, STAFF, AGREEMENT, ORGANISATION)))
    if table == ORGANISATION:
        org = draw(st.sampled_from(tuple(ODS)))
        name = draw(st.sampled_from(("The Surgery", "The Practice")))
        return put(table, ("", org), {"OrganisationName": name, "ODSCode": draw(st.sampled_from(ODS[org]))}, None)
    if table == AGREEMENT:
        return put(table, ("", draw(st.sampled_from((SECOND, THIRD)))), draw(VALUES[table]), None)
    if table == STAFF:
        return put(table, (draw(PRACTICES), draw(st.sampled_from(KEYS[STAFF]))), draw(VALUES[STAFF]), None)
    return put(table, ("", draw(st.sampled_from(CODES))), draw(VALUES[table]), None)


@st.composite
def _patients(draw: st.DrawFn) -> Change:
    return put(PATIENT, (draw(PRACTICES), draw(st.sampled_from(PATIENTS))), draw(VALUES[PATIENT]), None)


_CHANGES = st.one_of(*(_rows_of_patients() for _ in range(4)), _reference_rows(), _reference_rows(), _patients())
_MANNERS = st.builds(
    Manner,
    again=st.one_of(
        st.just(frozenset[str]()),
        st.just(frozenset[str]()),
        st.just(frozenset(KEY_COLUMN)),
        st.frozensets(st.sampled_from(tuple(KEY_COLUMN)), max_size=3),
    ),
    blank=st.booleans(),
    twice=st.booleans(),
    numbered=st.booleans(),
)


@dataclass(frozen=True)
class Night:
    world: World
    manner: Manner


@dataclass(frozen=True)
class Parcel:
    """A delivery: the nights `first` to `last`, the first of which may have been delivered before.

    `again`: the store is offered it twice. `compact`: and is then compacted.
    """

    first: int
    last: int
    again: bool
    compact: bool


@dataclass(frozen=True)
class History:
    """Night 0 is the full extract. `lags`: the tables that come a night late. `inbox`: all deliveries in one folder.

    `at_once`: how many parcels lie beside the full extract when the store is built.
    """

    nights: tuple[Night, ...]
    lags: frozenset[str]
    parcels: tuple[Parcel, ...]
    inbox: bool
    at_once: int

    def snapshot(self, night: int, table: str) -> World:
        """The world as a table knows it that night."""
        return self.nights[max(0, night - (table in self.lags))].world


@st.composite
def histories(draw: st.DrawFn, most_nights: int = 6) -> History:
    """At least two nights, for most faults need a row to change twice."""
    late = st.frozensets(st.sampled_from(tuple(KEY_COLUMN)), max_size=3)
    lags = draw(st.one_of(st.just(frozenset[str]()), late, late.map(lambda tables: tables | {PATIENT})))
    nights = _live(draw, lags, draw(st.integers(2, most_nights)))
    parcels = _pack(draw, len(nights))
    return History(nights, lags, parcels, draw(st.booleans()), draw(st.integers(0, 1)))


def _live(draw: st.DrawFn, lags: frozenset[str], count: int) -> tuple[Night, ...]:
    """The nights, the last of them quiet, so that what comes late has come.

    Where a patient's rows are a night late and the patient is not, nobody leaves: a row sent after its patient had left
    would come back with the patient even if it was deleted meanwhile, and no receiver could know.
    """
    may_leave = PATIENT in lags or not lags & set(OF_PATIENTS)
    stories = draw(_stories(count)) if may_leave else []
    versions = sorted(draw(st.lists(st.sampled_from(("5.3", "5.4", "8.2")), min_size=count + 2, max_size=count + 2)))
    world, nights = furnished_world(), []
    for number, version in enumerate(versions):
        for story in stories:
            world = story.tell(world, number)
        for change in draw(st.lists(_CHANGES, max_size=10 if number <= count else 0)):
            world = change(world)
        nights.append(Night(world, replace(draw(_MANNERS), version=version)))
    return tuple(nights)


def _pack(draw: st.DrawFn, nights: int) -> tuple[Parcel, ...]:
    """Every night after the full extract, in order; a parcel may begin with nights that came before."""
    parcels, night = [], 1
    while night < nights:
        last = min(nights - 1, night + draw(st.integers(0, 3)))
        first = max(0, night - draw(st.sampled_from((0, 0, 0, 1, 2))))
        parcels.append(Parcel(first, last, draw(st.integers(0, 5)) == 5, draw(st.integers(0, 3)) == 3))
        night = last + 1
    return tuple(parcels)
