"""Admin_Patient: a chunk's registrations with the names and addresses of the people behind them."""

from __future__ import annotations

import numpy as np
import polars as pl

from synthetic_data.arrays import Ints, Rng, chance
from synthetic_data.columns import dates, guids, look_up, numbers
from synthetic_data.emis.tables import Files, append
from synthetic_data.population import names, rates
from synthetic_data.population.keys import Keys
from synthetic_data.population.people import People
from synthetic_data.population.practices import Practices, draw_staff
from synthetic_data.population.registrations import SEXES, TYPES, Registrations
from synthetic_data.population.rows import NO_DAY

_INWARD = [f"{figure}{a}{b}" for figure in range(10) for a in "ABDEFGHJLN" for b in "PQRSTUWXYZ"]


def write_patients(
    files: Files, rng: Rng, people: People, registrations: Registrations, keys: Keys, practices: Practices
) -> None:
    """The registrations' rows; a deleted patient's row holds only its keys, as in a delta."""
    row = registrations
    here = ~row.deleted
    columns = {
        "UsualGpUserInRoleGuid": look_up(practices.staff_guid, np.where(here, draw_staff(rng, row.practice), -1)),
        "Sex": look_up(SEXES, np.where(here, people.sex[row.person], -1)),
        "DateOfBirth": dates(np.where(here, row.birth, NO_DAY)),
        "DateOfDeath": dates(np.where(here, row.death, NO_DAY)),
        "DateOfRegistration": dates(np.where(here, row.start, NO_DAY)),
        "DateOfDeactivation": dates(np.where(here, row.end, NO_DAY)),
        "NhsNumber": numbers(row.nhs_number, here & (row.nhs_number > 0)),
        "PatientNumber": keys.local_number,
        "PatientTypeDescription": look_up(TYPES, np.where(here, row.kind, -1)),
        "DummyType": pl.Series(row.dummy_flag),
        "ResidentialInstituteCode": look_up(["CH"], np.where(here & row.care_home, 0, -1)),
        "PersonGuid": guids(rng, len(people)).gather(row.person),
        "Deleted": pl.Series(row.deleted),
        "SpineSensitive": pl.Series(row.sensitive),
        "IsConfidential": pl.Series(row.confidential),
    }
    keyed = {"PatientGuid": keys.patient.head(len(row)), "OrganisationGuid": practices.guid.gather(row.practice)}
    append(files, "Admin_Patient", {**keyed, **columns, **draw_identities(rng, people, row)})


def draw_identities(rng: Rng, people: People, row: Registrations) -> dict[str, pl.Series]:
    """Names and addresses of the people, the same on each of a person's registrations."""
    who, count = np.where(row.deleted, -1, row.person), len(people)

    def of_person(table: tuple[str, ...] | list[str], index: Ints) -> pl.Series:
        return look_up([entry or None for entry in table], np.append(index, -1)[who])

    def any_of(table: tuple[str, ...] | list[str]) -> Ints:
        return rng.integers(0, len(table), count)

    given, titles = (*names.MEN, *names.WOMEN), (*names.TITLES[0], *names.TITLES[1])
    woman = people.sex == 1
    postcodes = [f"{names.POSTCODE_AREA}{district}{inward}" for district in range(1, 21) for inward in _INWARD]
    mobile = np.where(chance(rng, rates.NO_MOBILE, count), -1, rng.integers(0, 1000, count))
    email = np.where(chance(rng, rates.NO_EMAIL, count), -1, rng.integers(0, 50_000, count))
    return {
        "Title": of_person(titles, any_of(names.TITLES[0]) + 6 * woman),
        "GivenName": of_person(given, any_of(names.MEN) + len(names.MEN) * woman),
        "Surname": of_person(
            (*names.SURNAMES, *names.ODD_SURNAMES, *names.FORMULA_SURNAMES), draw_surnames(rng, count)
        ),
        "HouseNameFlatNumber": of_person(names.HOUSES, any_of(names.HOUSES)),
        "NumberAndStreet": of_person(
            [f"{n} {street}" for n in range(1, 120) for street in names.STREETS], any_of(names.STREETS * 119)
        ),
        "Town": of_person(names.TOWNS, any_of(names.TOWNS)),
        "County": of_person([names.COUNTY], any_of([names.COUNTY])),
        "Postcode": of_person(postcodes, any_of(postcodes)),
        "EmailAddress": of_person([f"person{n}@example.com" for n in range(50_000)], email),
        "HomePhone": of_person([f"01632 960{n:03}" for n in range(1000)], rng.integers(0, 1000, count)),
        "MobilePhone": of_person([f"07700 900{n:03}" for n in range(1000)], mobile),
    }


def draw_surnames(rng: Rng, count: int) -> Ints:
    """Positions in SURNAMES, then in the odd surnames, then in the formulas."""
    usual, odd, formula = len(names.SURNAMES), len(names.ODD_SURNAMES), len(names.FORMULA_SURNAMES)
    drawn = rng.random(count)
    tail = np.where(
        drawn < rates.FORMULA_NAME, usual + odd + rng.integers(0, formula, count), usual + rng.integers(0, odd, count)
    )
    return np.where(drawn < rates.FORMULA_NAME + rates.ODD_NAME, tail, rng.integers(0, usual, count))
