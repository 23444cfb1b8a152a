"""Through a whole night: who somebody is is settled before the lists are made, and the page and the lists say so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import LedgerError
from pipeline.ledger.letters import export, record_mailed
from pipeline.ledger.listed import Listed, people_in
from pipeline.ledger.open import open_ledger
from pipeline.ledger.registration import Registration
from pipeline.ledger.review import decide, nominate
from pipeline.ledger.vocabulary import CHANGES, STATES
from pipeline.night.list_rows import IN_DOUBT
from pipeline.night.settings import Site
from pipeline.night.who_changed import say_changes
from tests.night.small import BORN, DAY, NUMBERS, PRACTICES, Person, later, make_site, night, read_list, somebody

STUDY = "pain"
HERE, THERE = PRACTICES


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path / "site")


def everybody(site: Site) -> dict[str, Listed]:
    """By NHS number."""
    with open_ledger(site.ledger, DAY) as ledger:
        return {str(one.registration.nhs_number): one for one in people_in(ledger, STUDY, *STATES)}


def approve(site: Site, one: Listed, day: date = DAY) -> None:
    with open_ledger(site.ledger, day) as ledger:
        decide(ledger, STUDY, one.study_code, "approved", day, "GP", seen=one.version)


def letter(site: Site, one: Listed, day: date = DAY) -> list[str | None]:
    """The NHS numbers of whoever gets it."""
    with open_ledger(site.ledger, day) as ledger:
        done = export(ledger, STUDY, [one.study_code], day, "office").done
        record_mailed(ledger, STUDY, [code for code, _ in done], day, "office")
    return [who.nhs_number for _, who in done]


def page(site: Site) -> str:
    return (site.output / "nightly.html").read_text(encoding="utf-8")


def born(place: int) -> date:
    return date(1960 + 7 * place, 5, 14 + place)


def person(place: int, patient: int, practice: str = HERE) -> Person:
    return somebody(place, patient_id=str(patient), practice=practice, born=born(place))


def test_ids_numbered_anew_give_nobody_a_second_letter(site: Site) -> None:
    """And the list of the next night shows each person's own record, with their own code."""
    night(site, [person(place, place + 1) for place in range(3)])
    before = everybody(site)
    approve(site, before[NUMBERS[0]])
    assert letter(site, before[NUMBERS[0]]) == [NUMBERS[0]]
    approve(site, before[NUMBERS[1]])
    night(site, [person(3, 1), *(person(place, place + 2) for place in range(3))], later(1))
    listed = {row["nhs_number"]: row["study_code"] for row in read_list(site)}
    assert listed.keys() == {NUMBERS[2], NUMBERS[3]} and listed[NUMBERS[2]] == before[NUMBERS[2]].study_code
    assert letter(site, before[NUMBERS[1]], later(1)) == [NUMBERS[1]]
    assert "people have another patient number at their practice" in page(site) and IN_DOUBT not in str(read_list(site))


def test_a_row_never_shows_whoever_stands_there_now(site: Site) -> None:
    night(site, [person(0, 1)])
    (old,) = read_list(site)
    approve(site, everybody(site)[NUMBERS[0]])
    night(site, [person(1, 1)], later(1))
    rows = {row["study_code"]: row for row in read_list(site)}
    assert rows[old["study_code"]]["nhs_number"] == NUMBERS[0] and not rows[old["study_code"]]["given_name"]
    (new,) = (row for code, row in rows.items() if code != old["study_code"])
    assert new["nhs_number"] == NUMBERS[1] and all(IN_DOUBT in row["flags"] for row in rows.values())
    assert letter(site, everybody(site)[NUMBERS[0]], later(1)) == []
    assert "1 patient number now belongs to someone else" in page(site) and "1 decision no longer holds" in page(site)


def test_a_decision_on_the_old_list_is_stale(site: Site) -> None:
    night(site, [person(0, 1)])
    seen = everybody(site)[NUMBERS[0]]
    night(site, [person(1, 1)], later(1))
    with pytest.raises(LedgerError, match="has changed since the list"):
        approve(site, seen, later(1))


def test_a_birth_date_put_right_after_a_move_is_flagged_and_gets_no_second_letter(site: Site) -> None:
    moved = {"born": date(1970, 1, 3), "practice": THERE, "patient_id": "5"}
    night(site, [somebody(0, born=BORN), somebody(1)])
    approve(site, everybody(site)[NUMBERS[0]])
    letter(site, everybody(site)[NUMBERS[0]])
    night(site, [somebody(0, **moved), somebody(1)], later(1))
    assert read_list(site, THERE) == []
    assert "1 pair of records share an NHS number" in page(site)


def test_whoever_was_written_to_long_ago_is_still_known_by_a_number_that_comes_late(site: Site) -> None:
    """Their own record is not found by the rule any more, and only tonight says whose it is."""
    known = Person("1", number="", born=born(0))
    night(site, [known])
    (one,) = everybody(site).values()
    approve(site, one)
    with open_ledger(site.ledger, DAY) as ledger:
        export(ledger, STUDY, [one.study_code], DAY, "office")
        record_mailed(ledger, STUDY, [one.study_code], DAY, "office")
    late = [
        Person("1", number=NUMBERS[0], born=born(0), pain=None, left=later(0)),
        Person("8", THERE, NUMBERS[0], born(0), since=later(0)),
    ]
    night(site, late, later(1))
    assert read_list(site, THERE) == []


def test_a_nomination_stays_with_the_person(site: Site) -> None:
    with open_ledger(site.ledger, DAY) as ledger:
        who = Registration(HERE, "1", NUMBERS[0], born(0))
        nominate(ledger, STUDY, who, "poster", "referred", DAY, "GP")
    quiet = [Person("1", HERE, NUMBERS[1], born(1), pain=None), Person("2", HERE, NUMBERS[0], born(0), pain=None)]
    night(site, quiet)
    assert [row["nhs_number"] for row in read_list(site)] == [NUMBERS[0]]


@pytest.mark.parametrize("spelt", ["999 000 0018", "999-000-0018"])
def test_a_number_is_one_person_however_it_is_written(site: Site, spelt: str) -> None:
    night(site, [Person("1", number=spelt), Person("77", THERE, NUMBERS[0])])
    assert len(read_list(site)) + len(read_list(site, THERE)) == 1


@pytest.mark.parametrize("many", [1, 2])
def test_every_kind_of_change_has_its_sentence(many: int) -> None:
    said = list(say_changes(dict.fromkeys(CHANGES, many)))
    assert len(said) == len(CHANGES) + 1 and not any("{" in each for each in said)
    assert list(say_changes({})) == [] and len(list(say_changes({"joined": many}))) == 1
