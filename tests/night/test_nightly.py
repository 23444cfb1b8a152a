"""Nights of a small site: who is on the list, who is marked, who drops out, and where each is written down."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.ledger.counts import count_states
from pipeline.ledger.listed import people_in
from pipeline.ledger.open import open_ledger
from pipeline.ledger.registration import Registration
from pipeline.ledger.review import decide, nominate
from pipeline.ledger.vocabulary import STATES
from pipeline.night.list_rows import MISSING, NEW, NOT_FOUND
from pipeline.night.settings import Site
from pipeline.runs.explain import explain
from tests.night.small import DAY, NUMBERS, PRACTICES, deliver, later, make_site, night, read_list, somebody

OLD_PAIN = later(-300)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


def numbers(site: Site, practice: str = PRACTICES[0]) -> list[str]:
    return [row["nhs_number"] for row in read_list(site, practice)]


def flags(site: Site) -> dict[str, str]:
    return {row["nhs_number"]: row["flags"] for row in read_list(site)}


def dropped(site: Site, run: str) -> list[tuple[str, str]]:
    with (site.output / "runs" / "pain" / run / "lists" / PRACTICES[0] / "dropped-out.csv").open(newline="") as file:
        return [(row["what"], row["because"]) for row in csv.DictReader(file)]


def states(site: Site, study: str = "pain") -> dict[tuple[str, str | None], int]:
    with open_ledger(site.ledger, DAY) as ledger:
        return dict(count_states(ledger, study))


def test_the_new_are_marked_and_keep_their_number_and_day(site: Site) -> None:
    assert night(site, [somebody(0)]).exit_code == 0
    assert night(site, [somebody(0), somebody(1)], later(1)).exit_code == 0
    (first, second) = read_list(site)
    assert (first["flags"], first["first_listed"]) == ("", DAY.isoformat())
    assert (second["flags"], second["first_listed"]) == (NEW, later(1).isoformat())
    code = first["study_code"]
    night(site, [somebody(0), somebody(1)], later(2))
    assert read_list(site)[0]["study_code"] == code
    assert set(flags(site).values()) == {""}


def test_leaving_the_look_back_keeps_somebody_on_the_list_and_says_so(site: Site) -> None:
    night(site, [somebody(0, pain=OLD_PAIN)])
    night(site, [somebody(0, pain=OLD_PAIN)], later(70))
    assert flags(site) == {NUMBERS[0]: NOT_FOUND}
    assert "does not find them today" in read_list(site)[0]["why"]
    assert dropped(site, later(70).isoformat()) == [("Still on the list: no longer found by the rule", "")]


def test_a_record_that_is_gone_is_said(site: Site) -> None:
    night(site, [somebody(0), somebody(1)])
    night(site, [somebody(1)], later(1))
    assert flags(site)[NUMBERS[0]] == MISSING


def test_an_exclusion_takes_somebody_off_and_gives_them_back(site: Site) -> None:
    night(site, [somebody(0), somebody(1)])
    night(site, [somebody(0, cancer=DAY), somebody(1)], later(1))
    assert numbers(site) == [NUMBERS[1]]
    assert dropped(site, later(1).isoformat()) == [("Off the list: excluded by the rule", "cancer")]
    night(site, [somebody(0), somebody(1)], later(2))
    assert numbers(site) == [NUMBERS[0], NUMBERS[1]]


def test_an_exclusion_holds_against_whoever_the_rule_finds_no_more(site: Site) -> None:
    night(site, [somebody(0, pain=OLD_PAIN)])
    night(site, [somebody(0, pain=OLD_PAIN, cancer=later(69))], later(70))
    assert numbers(site) == [] and states(site) == {("excluded", "cancer"): 1}


def test_a_not_in_include_holds_against_whoever_the_rule_finds_no_more(site: Site) -> None:
    """No letter may go to an approved person of whom that becomes true."""
    rule = site.study[0].rule
    text = rule.read_text(encoding="utf-8").replace("exclude: [cancer]\n", "")
    rule.write_text(text.replace("include: pain", "include: {all: [pain, {not: cancer}]}"), encoding="utf-8")
    night(site, [somebody(0), somebody(1, pain=OLD_PAIN)])
    changed = [somebody(0, cancer=later(69)), somebody(1, pain=OLD_PAIN, cancer=later(69))]
    night(site, changed, later(70))
    assert numbers(site) == [] and states(site) == {("excluded", "not cancer"): 2}


def test_the_dead_and_the_gone_leave_at_once(site: Site) -> None:
    night(site, [somebody(0), somebody(1), somebody(2)])
    night(site, [somebody(0, died=later(1)), somebody(1, left=later(1)), somebody(2)], later(2))
    assert numbers(site) == [NUMBERS[2]]
    assert states(site) == {("for_review", None): 1, ("lapsed", "died"): 1, ("lapsed", "moved"): 1}
    assert {because for _, because in dropped(site, later(2).isoformat())} == {"died", "moved"}


def test_a_death_in_another_practices_record_counts(site: Site) -> None:
    here, there = somebody(0, since=later(-90)), somebody(0, practice=PRACTICES[1], left=later(-90))
    night(site, [here, there])
    assert numbers(site) == [NUMBERS[0]]
    night(site, [here, somebody(0, practice=PRACTICES[1], left=later(-90), died=DAY)], later(1))
    assert states(site) == {("lapsed", "died"): 1}


def test_whoever_moves_is_reviewed_by_the_new_practice(site: Site) -> None:
    night(site, [somebody(0)])
    code = read_list(site)[0]["study_code"]
    night(site, [somebody(0, left=later(1)), somebody(0, practice=PRACTICES[1], since=later(1))], later(2))
    (row,) = read_list(site, PRACTICES[1])
    assert (row["study_code"], row["flags"], row["first_listed"]) == (code, NEW, later(2).isoformat())
    assert numbers(site) == []


def test_what_was_decided_sticks(site: Site) -> None:
    people = [somebody(0), somebody(1), somebody(2)]
    night(site, people)
    codes = {row["nhs_number"]: row["study_code"] for row in read_list(site)}
    with open_ledger(site.ledger, DAY) as ledger:
        decide(ledger, "pain", codes[NUMBERS[0]], "rejected", DAY, "GP", reason="in work")
        decide(ledger, "pain", codes[NUMBERS[1]], "approved", DAY, "GP")
    result = night(site, people, later(1))
    assert numbers(site) == [NUMBERS[2]]
    (done,) = result.studies
    assert done.states == {("for_review", None): 1, ("approved", None): 1, ("rejected", "in work"): 1}
    assert done.found == 3


def test_somebody_brought_in_by_hand_is_listed_and_meets_the_same_exclusions(site: Site) -> None:
    known = somebody(0, pain=None)
    night(site, [known, somebody(1)])
    who = Registration(known.practice, known.patient_id, known.number, known.born)
    with open_ledger(site.ledger, DAY) as ledger:
        nominate(ledger, "pain", who, "poster", "asked to take part", DAY, "GP")
    for day in (1, 2):  # also on the second night, when they are for review
        night(site, [known, somebody(1)], later(day))
        (row,) = (row for row in read_list(site) if row["nhs_number"] == NUMBERS[0])
        assert row["why"] == "Nominated (poster), not found by the rule: asked to take part"
        assert row["flags"] == (NEW if day == 1 else "")
    (explained,) = explain(site.output / "runs" / "pain" / later(2).isoformat(), NUMBERS[0])
    assert explained.is_nominated and all(explained.bits)
    night(site, [somebody(0, pain=None, cancer=DAY), somebody(1)], later(3))
    assert numbers(site) == [NUMBERS[1]]


def test_the_found_but_excluded_are_counted_with_their_reason(site: Site) -> None:
    night(site, [somebody(0), somebody(1, cancer=DAY), somebody(2, pain=None)])
    assert states(site) == {("for_review", None): 1, ("excluded", "cancer"): 1}


def test_a_practice_that_is_not_searched_keeps_its_last_list(site: Site) -> None:
    people = [somebody(0), somebody(1, practice=PRACTICES[1])]
    night(site, people)
    result = night(site, people, later(1), practices=PRACTICES[:1])
    days = {one.practice_id: one.listed_on for one in result.lists}
    assert days == {PRACTICES[0]: later(1), PRACTICES[1]: DAY}
    with open_ledger(site.ledger, DAY) as ledger:
        assert {one.state for one in people_in(ledger, "pain", *STATES)} == {"for_review"}
    assert "not renewed" in (site.output / "nightly.html").read_text()


def test_each_study_has_its_own_people_and_numbers(tmp_path: Path) -> None:
    site = make_site(tmp_path, ("first", "second"))
    night(site, [somebody(0)])
    codes = [read_list(site, study=study)[0]["study_code"] for study in ("first", "second")]
    assert len(set(codes)) == 2


def test_nothing_about_a_person_is_in_page_or_journal(site: Site) -> None:
    deliver(site, [])
    night(site, [somebody(0), somebody(1)])
    night(site, [somebody(0, died=later(1))], later(2))
    said = "".join(path.read_text() for path in (site.output / "nightly.html", *site.output.rglob("*.jsonl")))
    assert not any(word in said for word in (*NUMBERS, "Given1", "Invented", "1970"))


def test_every_file_is_private(site: Site) -> None:
    night(site, [somebody(0)])
    night(site, [somebody(0, cancer=DAY)], later(1))
    found = [path for top in (site.output, site.store, site.ledger.parent) for path in (top, *top.rglob("*"))]
    assert found and not [path.name for path in found if path.stat().st_mode & 0o077]


def test_the_workbook_says_who_is_on_it(site: Site) -> None:
    night(site, [somebody(0)])
    (book,) = (site.output / "runs").rglob(f"{PRACTICES[0]}/invitation-list.xlsx")
    lines = [
        str(cell) for row in load_workbook(book)["About this list"].iter_rows(values_only=True) for cell in row if cell
    ]
    assert any("still to be reviewed" in line for line in lines) and any(NEW in line for line in lines)
