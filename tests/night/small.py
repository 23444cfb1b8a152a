"""A small site: two practices, a few people in a plain extract that is delivered whole, and a rule about pain."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from pipeline.night.request import NightRequest
from pipeline.night.result import NightResult
from pipeline.night.run_night import run_night
from pipeline.night.settings import Site, read_settings
from tests.no_quality import nothing_is_found

DAY = date(2026, 11, 2)
PRACTICES = ("A81001", "B82002")
BORN = date(1970, 3, 1)
NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069")

_SETTINGS = """\
extract = "inbox"
deliveries = "whole"
store = "store"
output = "output"
ledger = "ledger/casefinder.db"
keep_days = 10
"""
_STUDY = """
[[study]]
name = "{name}"
rule = "{rule}.yaml"
codelists = "lists"
"""
_RULE = """\
rule: {rule}
version: 1
title: Pain
study: {{name: Pain}}
population: {{}}
criteria:
  pain: {{events: {{codelist: small-pain, within: 12 months}}}}
  cancer: {{events: {{codelist: small-cancer}}}}
include: pain
exclude: [cancer]
"""
_PATIENTS = """\
rule: {rule}
index_date: 2026-11-01
patients:
  - {{name: Has pain, expect: listed, because: "yesterday", events: [{{code: "82423001", date: 2026-10-31}}]}}
  - {{name: Had pain, expect: pain, because: "two years ago", events: [{{code: "82423001", date: 2024-10-31}}]}}
"""
_ABOUT = """\
title: {name}
version: 1
author: Nobody
date: '2026-11-01'
source: Invented
licence: None
"""
_CODES = ((1, "82423001", "Chronic pain"), (2, "363346000", "Malignant neoplastic disease"))
_LISTS = {"small-pain": _CODES[0], "small-cancer": _CODES[1]}


@dataclass(frozen=True)
class Person:
    """A patient record. `pain` and `cancer`: the day of it, if any."""

    patient_id: str
    practice: str = PRACTICES[0]
    number: str = ""
    born: date = BORN
    pain: date | None = DAY
    cancer: date | None = None
    died: date | None = None
    left: date | None = None
    since: date = date(2010, 1, 1)
    street: str = ""
    postcode: str = ""


def somebody(number: int, **values: object) -> Person:
    """The person of this number in `NUMBERS`, found by the rule unless told otherwise."""
    return replace(Person(str(number + 1), number=NUMBERS[number]), **values)  # type: ignore[arg-type]


PEOPLE = [somebody(0), somebody(1)]


def make_site(folder: Path, studies: Sequence[str] = ("pain",)) -> Site:
    """Settings, rules with invented patients, and code lists. Nothing is delivered yet."""
    (folder / "inbox").mkdir(parents=True)
    (folder / "lists").mkdir()
    text = _SETTINGS + "".join(_STUDY.format(name=name, rule=name) for name in studies)
    (folder / "site.toml").write_text(text, encoding="utf-8")
    for name in studies:
        (folder / f"{name}.yaml").write_text(_RULE.format(rule=name), encoding="utf-8")
        (folder / f"{name}.patients.yaml").write_text(_PATIENTS.format(rule=name), encoding="utf-8")
    for name, (_, code, term) in _LISTS.items():
        _write(folder / "lists" / f"{name}.csv", ("code", "system", "term"), [(code, "snomed", term)])
        (folder / "lists" / f"{name}.yaml").write_text(_ABOUT.format(name=name), encoding="utf-8")
    return read_settings(folder / "site.toml")


def deliver(site: Site, people: Iterable[Person], day: date = DAY, practices: Sequence[str] = PRACTICES) -> None:
    """Put a whole extract of this day in the place of the last one. Other practices' people are not in it.

    Each practice has somebody besides of whom no rule knows anything: one without patients would not be searched.
    """
    others = [Person(f"9{place}", practice, born=BORN, pain=None) for place, practice in enumerate(practices)]
    known = [person for person in (*people, *others) if person.practice in practices]
    rows: dict[str, list[tuple[object, ...]]] = {
        "practice": [(practice, f"Surgery {practice[0]}", "Test", day) for practice in practices],
        "patient": [_patient(row, person) for row, person in enumerate(known, 1)],
        "code": [(number, code, term, 0) for number, code, term in _CODES],
        "code_parent": [],
        "event": [event for row, person in enumerate(known, 1) for event in _events(row, person)],
        "prescription": [],
    }
    for name, columns in _COLUMNS.items():
        _write(site.extract / f"{name}.csv", columns.split(), rows[name])


_COLUMNS = {
    "practice": "practice_id name supplier extract_date",
    "patient": "person_row practice_id patient_id nhs_number local_number title given_name surname sex date_of_birth "
    "birth_precision date_of_death registered_from registered_to registration_type is_test is_restricted "
    "address_1 postcode",
    "code": "code_id snomed term is_medicine",
    "code_parent": "code_id parent_id",
    "event": "person_row code_id date date_precision is_confidential",
    "prescription": "person_row code_id date date_precision kind is_confidential",
}


def _patient(row: int, person: Person) -> tuple[object, ...]:
    names = (person.patient_id, "Mx", f"Given{person.patient_id}", "Invented", "")
    ends = (person.died or "", person.since, person.left or "")
    who = (row, person.practice, person.patient_id, person.number)
    return (*who, *names, person.born, "day", *ends, "regular", 0, 0, person.street, person.postcode)


def _events(row: int, person: Person) -> list[tuple[object, ...]]:
    days = ((1, person.pain), (2, person.cancer))
    return [(row, code, day, "day", 0) for code, day in days if day]


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def night(site: Site, people: Iterable[Person], day: date = DAY, practices: Sequence[str] = PRACTICES) -> NightResult:
    """Deliver, and run the night of the same day."""
    deliver(site, people, day, practices)
    return run_night(NightRequest(site=site, today=day))


def later(days: int) -> date:
    return DAY + timedelta(days)


def read_list(site: Site, practice: str = PRACTICES[0], study: str = "pain") -> list[dict[str, str]]:
    """The newest list of a practice."""
    runs = sorted(path for path in (site.output / "runs" / study).iterdir() if path.is_dir())
    with (runs[-1] / "lists" / practice / "invitation-list.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def keep(site: Site) -> Path:
    """A copy of the site, from which `put_back` makes it again in its place: some of its files say where it is."""
    return shutil.copytree(site.output.parent, site.output.parent.with_name("copy"), symlinks=True)


def put_back(site: Site, copy: Path) -> Site:
    shutil.rmtree(site.output.parent)
    shutil.copytree(copy, site.output.parent, symlinks=True)
    return site


def good_site(folder: Path, people: Iterable[Person]) -> Site:
    """A site after a good night, outside any test: the check of the extract finds nothing."""
    site = make_site(folder)
    with nothing_is_found():
        assert night(site, people).exit_code == 0
    return site


def runs(site: Site) -> Path:
    return site.output / "runs" / "pain"


def type_decision(folder: Path, practice: str = PRACTICES[0]) -> Path:
    """Someone saves a list after typing in it."""
    path = folder / "lists" / practice / "invitation-list.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    return path
