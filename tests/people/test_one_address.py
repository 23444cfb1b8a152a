"""One home, however its address was typed; and no home where the record has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.people.one_address import home_of

CODE = "ZE1 0AA"
HOME = home_of(["Flat 2", "10 High Street", "Lerwick"], CODE)


@pytest.mark.parametrize(
    ("lines", "postcode"),
    [
        (["Flat 2, 10 High St.", "Lerwick"], "ZE10AA"),
        (["2/10 HIGH STREET"], "ze1 0aa"),
        (["10 High Street", "Flat 2"], " ZE1  0AA "),
        (["Flat 2", "10 High Street", "Lerwick", CODE], CODE),
    ],
)
def test_one_home_typed_otherwise(lines: list[str], postcode: str) -> None:
    assert home_of(lines, postcode) == HOME


@pytest.mark.parametrize(
    ("lines", "postcode"),
    [
        (["Flat 3", "10 High Street"], CODE),
        (["Flat B", "10 High Street"], CODE),
        (["12 High Street"], CODE),
        (["Flat 2", "10 High Street"], "ZE1 0AB"),
        (["Rose Cottage"], CODE),
    ],
)
def test_another_home(lines: list[str], postcode: str) -> None:
    assert home_of(lines, postcode) not in ("", HOME)


def test_a_house_with_a_name() -> None:
    assert home_of(["Rose Cottage", "The Lane"], CODE) == home_of(["ROSE COTTAGE,", "Lane"], CODE)
    assert home_of(["Rose Cottage"], CODE) != home_of(["Ivy Cottage"], CODE)
    assert home_of(["St. John's House"], CODE) == home_of(["St Johns House"], CODE)
    assert home_of(["10 High Street", "Lerwick"], "") == home_of(["10 High Street, Lerwick"], "")


@pytest.mark.parametrize(
    ("lines", "postcode"),
    [
        ([], CODE),
        (["", " , "], CODE),
        ([CODE], CODE),
        (["No fixed abode"], CODE),
        (["N.F.A."], ""),
        (["Hostel", "No Fixed Abode"], "ZZ99 3VZ"),
        (["1 Main Street"], "ZZ99 3CZ"),
    ],
)
def test_no_home_to_compare(lines: list[str], postcode: str) -> None:
    assert home_of(lines, postcode) == ""


@given(st.lists(st.text(max_size=20), max_size=5), st.text(max_size=10))
def test_letters_and_spaces_around_it_change_nothing(lines: list[str], postcode: str) -> None:
    assert home_of([f" {line}, " for line in lines], f" {postcode} ") == home_of(lines, postcode)
