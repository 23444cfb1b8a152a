"""The Verhoeff check digit: what it accepts, and the slips it must catch."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.codes.verhoeff import verhoeff_ok

bodies = st.text("0123456789", min_size=2, max_size=17)


def completed(body: str) -> str:
    """The body with its check digit, found by trying all ten."""
    (right,) = [digit for digit in "0123456789" if verhoeff_ok(body + digit)]
    return body + right


# 2363 is the textbook example (236, check digit 3); then chronic pain, gabapentin 300mg capsules, EMIS's 9Nu0.
@pytest.mark.parametrize("text", ["2363", "82423001", "42129711000001109", "1814041000006118"])
def test_known_identifiers_pass(text: str) -> None:
    assert verhoeff_ok(text)


# Ids found wrong in public files, one rounded by a spreadsheet, and texts that are no digits (² is one to Python).
@pytest.mark.parametrize("text", ["266116007", "224415000", "1777541000006110", "", "0", "12a4", "236\u00b2", " 2363"])
def test_others_fail(text: str) -> None:
    assert not verhoeff_ok(text)


@given(bodies)
def test_every_number_has_exactly_one_check_digit(body: str) -> None:
    assert sum(verhoeff_ok(body + digit) for digit in "0123456789") == 1


@given(bodies, st.data())
def test_one_wrong_digit_is_caught(body: str, data: st.DataObject) -> None:
    text = completed(body)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != text[place]]))
    assert not verhoeff_ok(text[:place] + other + text[place + 1 :])


@given(bodies, st.data())
def test_two_neighbours_swapped_are_caught(body: str, data: st.DataObject) -> None:
    text = completed(body)
    place = data.draw(st.integers(0, len(text) - 2))
    assume(text[place] != text[place + 1])
    assert not verhoeff_ok(text[:place] + text[place + 1] + text[place] + text[place + 2 :])
