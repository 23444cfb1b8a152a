"""A site with two studies, some weeks of nights behind it and people in every state; and a night to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.codes.nhs_number import is_valid_number
from pipeline.ledger.letters import export, record_death, record_mailed, record_refusal, record_reply
from pipeline.ledger.listed import people_in
from pipeline.ledger.open import Ledger, open_ledger
from pipeline.ledger.registration import Registration
from pipeline.ledger.review import decide, nominate, take_back
from pipeline.ledger.vocabulary import EVERY_STUDY, STATES
from pipeline.night.settings import Site
from tests.night.small import DAY, PRACTICES, Person, deliver, later, make_site, night

STUDIES = ("pain", "other")
LONG_AGO = date(2024, 1, 1)
TONIGHT = later(15)  # the first three nights are longer ago than runs are kept
Do = Callable[[Ledger, str], object]


_NUMBERS = [text for each in range(9990001000, 9990001400) if is_valid_number(text := str(each))]


def number(which: int) -> str:
    """A valid NHS number of the range that is never issued."""
    return _NUMBERS[which]


def person(which: int, **values: object) -> Person:
    """Of this number; in the first practice unless told otherwise, and found by the rule unless told otherwise."""
    plain = Person(str(which), number=number(which), pain=later(-30))
    return replace(plain, **values)  # type: ignore[arg-type]


BEFORE = (
    *(person(which) for which in range(1, 15)),
    person(15, practice=PRACTICES[1]),
    person(16, practice=PRACTICES[1]),
    person(17, practice=PRACTICES[1], pain=None),
    person(18, number=""),
)
# What happens between the last night and the one to come. Whoever is not named stays as they were.
CHANGES: dict[int, dict[str, object]] = {
    2: {"died": later(8)},
    3: {"cancer": later(9)},
    4: {"pain": LONG_AGO},
    6: {"left": later(9)},
    7: {"cancer": later(9)},
    9: {"died": later(8)},
    15: {"born": date(1971, 3, 1)},
    18: {"number": number(18)},
}
GONE = 5
AFTER = (
    *(replace(one, **CHANGES.get(int(one.patient_id), {})) for one in BEFORE if one.patient_id != str(GONE)),  # type: ignore[arg-type]
    person(6, practice=PRACTICES[1], since=later(9)),
    person(19),
    person(20, practice=PRACTICES[1]),
    person(21, cancer=LONG_AGO),
)


def make_weeks(folder: Path) -> Site:
    """The site on the evening before the night to come, whose extract has arrived."""
    site = make_site(folder, STUDIES)
    for day in (0, 1, 2):
        assert not night(site, BEFORE[: 15 + day], later(day)).failures
    _work(site, _first_week())
    assert not night(site, BEFORE, later(7)).failures
    _work(site, _second_week())
    deliver(site, AFTER, TONIGHT)
    return site


def _work(site: Site, week: dict[int, Do]) -> None:
    with open_ledger(site.ledger, DAY) as ledger:
        codes = {one.registration.patient_id: one.study_code for one in people_in(ledger, STUDIES[0], *STATES)}
        for which, do in week.items():
            do(ledger, codes.get(str(which), ""))


def _first_week() -> dict[int, Do]:
    at = (STUDIES[0],)
    return {
        **{which: lambda ledger, code: decide(ledger, *at, code, "approved", later(3), "GP") for which in range(7, 13)},
        13: lambda ledger, code: decide(ledger, *at, code, "rejected", later(3), "GP", reason="in work"),
        14: lambda ledger, code: decide(ledger, *at, code, "later", later(3), "GP"),
        17: lambda ledger, _: nominate(
            ledger, *at, Registration(PRACTICES[1], "17", number(17), DAY), "poster", "referred", later(3), "GP"
        ),
    }


def _second_week() -> dict[int, Do]:
    at = (STUDIES[0],)

    def post(ledger: Ledger, code: str) -> None:
        assert export(ledger, *at, [code], later(8), "me").done
        assert record_mailed(ledger, *at, [code], later(8), "me").done

    def answer(ledger: Ledger, code: str) -> None:
        post(ledger, code)
        record_reply(ledger, *at, code, "interested", "not_in_work", later(9), "me")

    return {
        1: lambda ledger, code: record_death(ledger, *at, code, later(8), "me"),
        8: lambda ledger, code: export(ledger, *at, [code], later(8), "me"),
        9: lambda ledger, code: export(ledger, *at, [code], later(8), "me"),
        10: post,
        11: answer,
        12: lambda ledger, code: record_refusal(ledger, *at, code, EVERY_STUDY, later(8), "me"),
        13: lambda ledger, code: take_back(ledger, *at, code, later(8), "GP"),
    }
