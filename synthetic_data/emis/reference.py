"""Practices, their staff, sharing agreements and the code dictionaries: what every chunk of patients refers to."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from synthetic_data.arrays import Rng
from synthetic_data.columns import guids
from synthetic_data.emis.tables import Files, append
from synthetic_data.population import names
from synthetic_data.population.catalogue import CODES, code_ids
from synthetic_data.population.medicines import MEDICINES, medicine_ids
from synthetic_data.population.practices import STAFF, Practices, text


def write_practices(files: Files, practices: Practices, extract_date: date, rng: Rng) -> None:
    """Organisations (one of which is not a practice), sharing agreements and staff."""
    count = len(practices)
    board = guids(rng, 1)
    called = [f"{names.TOWNS[n % 6]} {names.PRACTICE_KINDS[n // 6 % 4]} {n + 1} (synthetic)" for n in range(count)]
    append(
        files,
        "Admin_Organisation",
        {
            "OrganisationGuid": pl.concat([practices.guid, board]),
            "CDB": pl.Series(range(90001, 90002 + count)),
            "OrganisationName": pl.Series([*called, "Nowhereshire Board (synthetic)"]),
            "ODSCode": pl.concat([practices.ods, pl.Series(["ZZZ"])]),
            "ParentOrganisationGuid": pl.Series([*[board[0]] * count, None]),
            "OrganisationType": pl.Series([*["General Practice"] * count, "Integrated Care Board"]),
            "OpenDate": pl.lit(date(1990, 4, 1)),
        },
    )
    append(
        files,
        "Agreements_SharingOrganisation",
        {
            "OrganisationGuid": practices.guid,
            "IsActivated": pl.lit(True),
            "LastModifiedDate": pl.lit(f"{extract_date} 01:00:00"),
            "Disabled": pl.lit(False),
            "Deleted": pl.lit(False),
        },
    )
    write_staff(files, practices, rng)


def write_staff(files: Files, practices: Practices, rng: Rng) -> None:
    count = len(practices) * STAFF
    place = np.arange(count)
    doctor = place % STAFF < 4
    append(
        files,
        "Admin_UserInRole",
        {
            "UserInRoleGuid": practices.staff_guid,
            "OrganisationGuid": practices.guid.gather(place // STAFF),
            "Title": pl.Series(np.where(doctor, "Dr", "Ms").tolist()),
            "GivenName": pl.Series(names.WOMEN).gather(rng.integers(0, len(names.WOMEN), count)),
            "Surname": pl.Series(names.SURNAMES).gather(rng.integers(0, len(names.SURNAMES), count)),
            "JobCategoryCode": pl.Series(np.where(doctor, "R0260", "R0600").tolist()),
            "JobCategoryName": pl.Series(np.where(doctor, "General Medical Practitioner", "Practice Nurse").tolist()),
            "ContractStartDate": pl.lit(date(2015, 9, 1)),
        },
    )


def write_dictionaries(files: Files) -> None:
    """Coding_ClinicalCode with its hierarchy, and Coding_DrugCode."""
    ids = code_ids()
    id_of = {code.read: ids[n] for n, code in enumerate(CODES)}
    append(
        files,
        "Coding_ClinicalCode",
        {
            "CodeId": pl.Series(ids[: len(CODES)]),
            "Term": pl.Series([code.term for code in CODES]),
            "ReadTermId": text([code.read for code in CODES]),
            "SnomedCTConceptId": text([code.snomed for code in CODES]),
            # EMIS makes its own descriptions; here the code's id stands for one.
            "SnomedCTDescriptionId": text([ids[n] if code.snomed else "" for n, code in enumerate(CODES)]),
            "ParentCodeId": text([id_of.get(code.parent, "") if code.parent else "" for code in CODES]),
        },
    )
    append(
        files,
        "Coding_DrugCode",
        {
            "CodeId": pl.Series(medicine_ids()),
            "Term": pl.Series([medicine.name for medicine in MEDICINES]),
            "DmdProductCodeId": text([medicine.dmd for medicine in MEDICINES]),
        },
    )
