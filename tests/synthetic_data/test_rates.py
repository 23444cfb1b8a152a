"""What comes out is near what the rates say; bounds are about four standard errors of 5,000 patients wide."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from synthetic_data import generate
from synthetic_data.population import rates
from synthetic_data.population.people import NO_PAIN, draw_people
from synthetic_data.population.record import draw_events
from synthetic_data.population.registrations import draw_registrations, split_records
from tests.synthetic_data.conftest import Extract, Row

INDEX = date(2026, 11, 20).toordinal()


def share(rows: list[Row], column: str, value: str) -> float:
    return sum(row[column] == value for row in rows) / len(rows)


def test_events_and_issues_a_patient(extract: Extract) -> None:
    """The reference load: 65 events and 35 prescriptions a person."""
    assert extract.summary.counts.events / 5000 == pytest.approx(65, rel=0.06)
    assert extract.summary.counts.issues / 5000 == pytest.approx(35, rel=0.08)
    assert len(extract.rows("CareRecord_Observation", "CodeId")) == extract.summary.counts.events
    assert len(extract.rows("Prescribing_IssueRecord", "CodeId")) == extract.summary.counts.issues


def test_patients(extract: Extract) -> None:
    rows = [row for row in extract.rows("Admin_Patient") if row["Deleted"] == "false"]
    assert 1 - len(rows) / 5000 == pytest.approx(rates.DELETED_PATIENT, abs=0.0025)
    assert share(rows, "NhsNumber", "") == pytest.approx(rates.NO_NHS_NUMBER, abs=0.005)
    assert share(rows, "PatientTypeDescription", "Temporary") == pytest.approx(0.014 + 0.003, abs=0.007)
    assert share(rows, "DateOfDeath", "") == pytest.approx(0.976, abs=0.01)
    people = Counter(row["PersonGuid"] for row in rows)
    assert sum(count == 2 for count in people.values()) == 150  # 3 % of 5,000; movers are never deleted patients
    assert {row["Surname"] for row in rows} >= {"O'Neill", "Núñez"}
    assert all(row["Postcode"].startswith("XX") for row in rows)


def test_faults_in_observations(extract: Extract) -> None:
    columns = ("PatientGuid", "CodeId", "EffectiveDate", "EffectiveDatePrecision", "EnteredDate", "IsConfidential")
    rows = [row for row in extract.rows("CareRecord_Observation", *columns) if row["CodeId"]]
    assert share(rows, "EffectiveDatePrecision", "U") == pytest.approx(rates.UNKNOWN_DATE, rel=0.2)
    assert share(rows, "EffectiveDatePrecision", "Y") == pytest.approx(rates.YEAR_ONLY, rel=0.2)
    assert share(rows, "EffectiveDatePrecision", "YM") == pytest.approx(rates.MONTH_ONLY, rel=0.2)
    assert share(rows, "IsConfidential", "true") == pytest.approx(rates.CONFIDENTIAL_ROW, rel=0.2)
    future = [row for row in rows if row["EffectiveDate"] > "2026-11-20"]
    assert len(future) / len(rows) == pytest.approx(rates.FUTURE_DATE, rel=0.3)
    late = [row for row in rows if row["EnteredDate"] > row["EffectiveDate"] > ""]
    assert len(late) / len(rows) == pytest.approx(rates.ENTERED_LATE, rel=0.15)
    assert all(bool(row["EffectiveDate"]) == (row["EffectiveDatePrecision"] != "U") for row in rows)
    alike = Counter((row["PatientGuid"], row["CodeId"], row["EffectiveDate"], row["EnteredDate"]) for row in rows)
    assert sum(count > 1 for count in alike.values()) > rates.DUPLICATE_ROW * len(rows) / 2


def test_people() -> None:
    """Against the published figures that trial-facts quotes."""
    people = draw_people(np.random.default_rng(1), 20_000, INDEX)
    grown, working = people.age >= 18, people.working_age
    assert 0.33 < (people.pain[grown] != NO_PAIN).mean() < 0.52  # 35.0 to 51.3 %
    assert people.in_work[working].mean() == pytest.approx(0.754, abs=0.02)
    aching = working & (people.pain != NO_PAIN)
    assert 0.52 < people.in_work[aching].mean() < 0.65
    assert (people.since <= INDEX).all() and (people.since >= people.birth).all()
    assert (people.pain_from >= people.birth).all()
    assert not people.wants_work[people.in_work].any()


def test_fit_notes_and_opioids_in_a_year(extract: Extract) -> None:
    """12.7 % of working age had a note; about 900 of 9,000 had an opioid (trial-facts 2.1 and 1.3)."""
    columns = ("PatientGuid", "CodeId", "EffectiveDate")
    terms = {row["CodeId"]: row["Term"] for row in extract.rows("Coding_ClinicalCode")}
    born = {row["PatientGuid"]: row["DateOfBirth"] for row in extract.rows("Admin_Patient")}
    working = {guid for guid, birth in born.items() if "1961-11-21" <= birth <= "2008-11-20"}
    noted = {
        row["PatientGuid"]
        for row in extract.rows("CareRecord_Observation", *columns)
        if "fit for work" in terms.get(row["CodeId"], "") and "2025-11-20" <= row["EffectiveDate"] <= "2026-11-20"
    }
    assert len(noted & working) / len(working) == pytest.approx(0.127, abs=0.025)
    opioids = ("Co-codamol", "Codeine 30mg", "Tramadol", "Dihydrocodeine", "Zapain", "Zomorph", "Morphine", "Butec")
    products = {row["CodeId"] for row in extract.rows("Coding_DrugCode") if row["Term"].startswith(opioids)}
    treated = {
        row["PatientGuid"]
        for row in extract.rows("Prescribing_IssueRecord", *columns)
        if row["CodeId"] in products and "2025-11-20" <= row["EffectiveDate"] <= "2026-11-20"
    }
    assert len(treated) / 5000 == pytest.approx(0.10, abs=0.02)


def test_truth(extract: Extract) -> None:
    """Eligible means out of work, in pain and of age; the rest of the record has no say."""
    truth, born = extract.truth(), {row["PatientNumber"]: row for row in extract.rows("Admin_Patient")}
    eligible = [row for row in truth if row["eligible"] == "1"]
    assert 0.015 < len(eligible) / len(truth) < 0.045
    assert {row["in_work"] for row in eligible} == {"0"} and {row["chronic_pain"] for row in eligible} == {"1"}
    assert max(row["since"] for row in eligible) <= "2026-08-20"
    assert not any(born[row["local_number"]]["DateOfDeath"] for row in eligible)
    by_person: dict[str, set[tuple[str, str, str]]] = {}
    for row in truth:
        by_person.setdefault(row["person"], set()).add((row["in_work"], row["since"], row["eligible"]))
    assert all(len(states) == 1 for states in by_person.values())  # one truth a person, however many registrations


def test_some_tens_of_ten_thousand_qualify(tmp_path: Path) -> None:
    listed = 0
    for seed in (1, 2):
        summary = generate("emis", patients=5000, practices=2, seed=seed, out=tmp_path / str(seed))
        listed += summary.counts.qualifying
        with (tmp_path / str(seed) / "truth.csv").open(encoding="utf-8", newline="") as file:
            persons = [row["person"] for row in csv.DictReader(file) if row["record_qualifies"] == "1"]
        assert len(set(persons)) == len(persons)
    assert 8 < listed < 60


def test_a_moved_record_is_split_at_the_move() -> None:
    rng = np.random.default_rng(4)
    people = draw_people(rng, 970, INDEX)
    registrations = draw_registrations(rng, people, 1000, np.ones(4), 0)
    events = split_records(draw_events(rng, people), registrations)
    second = np.flatnonzero(registrations.is_second)
    assert (registrations.practice[second] != registrations.practice[registrations.person[second]]).all()
    moved = registrations.moved_in[events.who]
    first_rows = (moved > 0) & ~registrations.is_second[events.who]
    assert first_rows.any() and (events.day[first_rows] <= moved[first_rows]).all()
    left_behind = registrations.is_second & ~registrations.has_history
    assert (events.day[left_behind[events.who]] > moved[left_behind[events.who]]).all()
    came_along = (registrations.is_second & registrations.has_history)[events.who]
    assert (events.day[came_along] <= moved[came_along]).any()
