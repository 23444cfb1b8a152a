"""How strong and how old an entry about work is."""

from datetime import date

import pytest

from pipeline.codes.codelist import load
from pipeline.search.work_weight import age_of, strength_of
from tests.search.tables import INDEX, ON_DUCKDB

pytestmark = ON_DUCKDB


def test_each_role_of_the_shipped_lists_has_the_strength_of_its_kind() -> None:
    roles = {role for name in ("employment", "fit-notes") for role in load(name).roles}
    found = {role: strength_of(role) for role in roles if not role.startswith("duration")}
    employment = {role for role, strength in found.items() if strength == "employment_code"}
    assert employment == set(load("employment").roles)
    assert {role for role, strength in found.items() if strength == "may_be_fit_certificate"} == {
        "back_to_work",
        "may_be_fit",
    }
    assert {role for role, strength in found.items() if strength == "employers_note"} == {
        "notification",
        "private",
        "self_certificate",
    }
    assert found["not_fit"] == "other_certificate" and strength_of("a_sites_own") == "employment_code"


@pytest.mark.parametrize(
    "day, band",
    [
        ("2026-11-20", "under_3_months"),
        ("2026-08-21", "under_3_months"),
        ("2026-08-20", "3_to_6_months"),
        ("2026-05-20", "6_to_12_months"),
        ("2025-11-20", "12_to_24_months"),
        ("2024-11-20", "12_to_24_months"),
        ("2024-11-19", "over_24_months"),
        ("1990-01-01", "over_24_months"),
    ],
)
def test_the_bands_of_age_by_calendar_months(day: str, band: str) -> None:
    assert age_of(date.fromisoformat(day), INDEX) == band
