"""One person, one letter. NHS numbers here are of the range kept for invented people."""

from dataclasses import replace
from datetime import date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates import month_ends
from pipeline.people.mistaken_births import compare_births, may_be_mistaken
from pipeline.people.one_person import Born, may_be_one, valid_number
from pipeline.people.own_registration import Identity, PatientRecord, patient_records, settle
from pipeline.tables import PATIENT

ONE, OTHER, BROKEN = "9990000018", "9990000026", "9990000019"  # the last fails its check digit


def record(
    row: int,
    number: str = ONE,
    born: tuple[int, int] | None = (720_000, 720_000),
    *,
    practice: str = "A",
    current: bool = True,
    since: int = 1,
    dead: bool = False,
) -> PatientRecord:
    return PatientRecord(row, practice, str(row), number, born, current, since, dead)


def settled(*records: PatientRecord) -> dict[int, Identity]:
    return settle(records, records)


def test_alone_is_listed() -> None:
    assert settled(record(1)) == {1: Identity("listed", None)}


def test_the_current_registration_wins_over_a_later_one_that_has_ended() -> None:
    found = settled(record(1, since=5), record(2, since=9, current=False))
    assert {row: one.placement for row, one in found.items()} == {1: "listed", 2: "registered_elsewhere"}


def test_the_latest_of_two_current_registrations_wins() -> None:
    found = settled(record(1, since=5), record(2, since=9))
    assert {row: one.placement for row, one in found.items()} == {1: "registered_elsewhere", 2: "listed"}


def test_a_current_registration_of_another_type_wins_over_one_that_has_ended() -> None:
    """A rule may look for temporary patients. A current regular registration still wins."""
    temporary = replace(record(1, since=5, current=False), is_here=True)
    found = settled(temporary, record(2, since=9, current=False))
    assert {row: one.placement for row, one in found.items()} == {1: "listed", 2: "registered_elsewhere"}
    assert settled(temporary, record(2, since=3))[1].placement == "registered_elsewhere"


def test_of_two_registrations_begun_on_one_day_the_last_by_practice_and_patient_wins() -> None:
    """Nothing says which is the person's, so it is the same one every night."""
    found = settled(record(1, practice="B"), record(2, practice="A"), record(3, practice="B"))
    assert [row for row, one in found.items() if one.placement == "listed"] == [3]


def test_a_registration_that_was_not_found_still_wins() -> None:
    """The record searched is the practice's own: where that one does not meet the rule, nobody is listed."""
    assert settle([record(1, since=5)], [record(1, since=5), record(2, since=9)])[1].placement == "registered_elsewhere"


def test_dead_in_any_record_is_listed_in_none() -> None:
    assert settled(record(1), record(2, current=False, dead=True))[1].placement == "dead_elsewhere"


def test_different_birth_dates_never_merge() -> None:
    found = settled(record(1), record(2, born=(720_001, 720_001)))
    assert found == {1: Identity("listed", "number_shared"), 2: Identity("listed", "number_shared")}


def test_a_number_of_three_births_is_nobodys() -> None:
    """Two of the four were born on one day, by chance: neither stands for the other."""
    days = (720_000, 720_000, 730_000, 740_000)
    found = settled(*(record(row, born=(day, day), since=row) for row, day in enumerate(days, start=1)))
    assert found == {row: Identity("listed", "number_shared") for row in (1, 2, 3, 4)}


def test_a_death_under_a_number_of_three_births_keeps_its_twin_off() -> None:
    days = (720_000, 730_000, 740_000)
    dead = record(4, dead=True, current=False)
    found = settled(*(record(row, born=(day, day)) for row, day in enumerate(days, start=1)), dead)
    assert [found[row].placement for row in (1, 2, 3)] == ["dead_elsewhere", "listed", "listed"]


def test_one_digit_ten_times_is_no_number() -> None:
    """Its check digit is right."""
    found = settled(record(1, "1111111111"), record(2, "1111111111"), record(3, "0000000000"))
    assert found == {row: Identity("listed", "invalid_number") for row in (1, 2, 3)}


def test_without_a_valid_number_a_record_is_its_own_person() -> None:
    found = settled(record(1, ""), record(2, ""), record(3, BROKEN), record(4, BROKEN))
    assert [one.placement for one in found.values()] == ["listed"] * 4
    assert [one.doubt for one in found.values()] == ["no_number", "no_number", "invalid_number", "invalid_number"]


def test_dates_of_birth_that_may_be_the_same_are_one_person() -> None:
    """Only certainly different ones part people: 15 June, "June" and an unknown date may all be one."""
    june = (720_000, 720_029)
    found = settled(record(1, since=1), record(2, since=2, born=june), record(3, since=3, born=None))
    assert [one.placement for one in found.values()] == ["registered_elsewhere", "registered_elsewhere", "listed"]
    july = settled(record(1, born=june), record(2, born=(720_030, 720_060)))
    assert [one.placement for one in july.values()] == ["listed", "listed"]


def test_a_death_counts_though_that_record_has_no_date_of_birth() -> None:
    assert settled(record(1), record(2, born=None, current=False, dead=True))[1].placement == "dead_elsewhere"


def test_records_are_read_with_what_is_not_known() -> None:
    """Without a day of registration nobody is currently registered, and nothing breaks."""
    con = duckdb.connect()
    con.execute(PATIENT.create_sql())
    columns = "person_row, practice_id, patient_id, nhs_number, date_of_birth, birth_precision, registered_from"
    more = "registration_type, is_test, is_restricted"
    for values in (
        (1, "A", "a", ONE, 720_000, "day", 730_000, "regular", 0, 0),
        (2, "B", "b", ONE, 719_984, "month", None, "regular", 0, 0),
        (3, "B", "c", OTHER, None, "unknown", 730_000, "regular", 0, 0),
        (4, "B", "d", ONE, 720_000, "day", 739_000, "regular", 1, 0),
    ):
        con.execute(f"INSERT INTO patient ({columns}, {more}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    found = patient_records(con, 738_000, [1])
    assert [(r.person_row, r.is_current, r.born) for r in found] == [
        (1, True, (720_000, 720_000)),
        (2, False, (719_984, 720_013)),  # 1 to 30 April 1972
    ]
    assert settle(found[:1], found)[1].placement == "listed"


def days(born: str) -> tuple[int, int]:
    """The days that a date of birth may be, as it is written."""
    first = date.fromisoformat(f"{born}-01-01"[:10]).toordinal()
    month_end, year_end = month_ends(first)
    return first, {4: year_end, 7: month_end, 10: first}[len(born)]


MISTAKES = (
    ("1980-03-04", "1980-04-03"),  # day and month changed round
    ("1980-03-04", "1980-03-07"),  # one digit
    ("1980-03-12", "1980-03-21"),  # two neighbours changed round
    ("1980-03-04", "1970-03-04"),
    ("1980-02-29", "1980-03-01"),  # a clock's zone
    ("1999-12-31", "2000-01-01"),
    ("1980-06-15", "1980-01-01"),  # the first of the year for a day that was not known
    ("1980-06-25", "1980-06-01"),
    ("1920-03-04", "2020-03-04"),  # the wrong century
    ("1980-03-04", "1981"),
    ("1980-03-04", "1980-04"),
    ("1980-03", "1980-08"),
)


@pytest.mark.parametrize(("born", "other"), [*MISTAKES, *((other, born) for born, other in MISTAKES)])
def test_a_death_under_a_date_of_birth_that_may_be_mistyped_keeps_people_off(born: str, other: str) -> None:
    dead = record(2, born=days(other), current=False, dead=True)
    assert settle([record(1, born=days(born))], [record(1, born=days(born)), dead])[1].placement == "perhaps_dead"


@pytest.mark.parametrize("other", ["1954-11-27", "1980-11-27", "1955-03-04", "1954", "1954-11"])
def test_a_death_under_another_date_of_birth_is_marked(other: str) -> None:
    dead = record(2, born=days(other), current=False, dead=True)
    found = settle([record(1, born=days("1980-03-04"))], [record(1, born=days("1980-03-04")), dead])
    assert found == {1: Identity("listed", "number_of_dead")}


def test_a_mistyped_date_of_birth_joins_no_one() -> None:
    """Both live: each is listed by their own practice, and marked."""
    found = settled(record(1, born=days("1980-03-04")), record(2, born=days("1980-04-03")))
    assert found == {row: Identity("listed", "number_shared") for row in (1, 2)}


DAYS_OF_BIRTH = st.dates(date(1920, 1, 1), date(2010, 12, 31)).map(lambda day: (day.toordinal(), day.toordinal()))


@given(born=DAYS_OF_BIRTH, other=DAYS_OF_BIRTH)
def test_no_one_with_the_number_of_someone_dead_is_listed_unmarked(born: Born, other: Born) -> None:
    assert may_be_mistaken(born, other) == may_be_mistaken(other, born)
    found = settle([record(1, born=born)], [record(1, born=born), record(2, born=other, dead=True)])[1]
    assert found.placement == "dead_elsewhere" or found.doubt == "number_of_dead"


BIRTHS = st.sampled_from([(700_000, 700_000), (700_001, 700_001)])
RECORDS = st.lists(
    st.tuples(
        st.sampled_from([ONE, OTHER]),
        st.sampled_from([(700_000, 700_000), (700_001, 700_001)]),
        st.booleans(),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=7,
).map(
    lambda rows: [
        record(n, number, born, current=current, since=since) for n, (number, born, current, since) in enumerate(rows)
    ]
)


@given(records=RECORDS, order=st.randoms(use_true_random=False))
def test_each_person_is_listed_once_whatever_the_order(records: list[PatientRecord], order: object) -> None:
    found = settle(records, records)
    shuffled = list(records)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert settle(shuffled, shuffled) == found
    listed = [(r.number, r.born) for r in records if found[r.person_row].placement == "listed"]
    assert sorted(listed) == sorted({(r.number, r.born) for r in records})


def test_a_corrected_date_of_birth_leaves_two_and_either_will_do() -> None:
    first, corrected, other = date(1980, 6, 15), date(1980, 6, 16), date(1981, 6, 15)
    assert compare_births({first, corrected}, {corrected}) == "same"
    assert compare_births({first, corrected}, {other}) == "near"
    assert compare_births({first, corrected}, {date(1991, 1, 30)}) == "far"
    assert compare_births(set(), {other}) == compare_births({other}, set()) == "unknown"


@pytest.mark.parametrize("other", [date(1970, 5, 22), date(1985, 3, 17), date(1991, 1, 30)])
def test_two_mistakes_are_two_births(other: date) -> None:
    assert compare_births({date(1970, 3, 1)}, {other}) == "far"


SPELT = ("999 000 0018", "999-000-0018", " 9990000018 ", "9990 000 018", "999\u00a0000\u20110018")


@pytest.mark.parametrize("way", range(len(SPELT)))
def test_a_number_is_its_digits_however_it_is_written(way: int) -> None:
    assert valid_number(SPELT[way]) == "9990000018"


def test_in_a_group_no_two_records_may_differ() -> None:
    """A record without a date of birth fits two that differ, and the three together do not fit."""
    one, unknown, other = record(1), record(2, born=None), record(3, born=(720_001, 720_001))
    assert may_be_one([one, unknown]) and may_be_one([unknown, other])
    assert not may_be_one([one, unknown, other])
    assert not may_be_one([one, record(4, OTHER)]) and may_be_one([one, record(5, BROKEN)])
