"""How a code of each system is written, and what a damaged one is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.codes.product_names import phrase, words
from pipeline.codes.systems import System, canonical, clean

READ_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjklmnpqrstuvwxyz"


@pytest.mark.parametrize(
    ("system", "written", "code"),
    [
        ("snomed", "82423001", "82423001"),
        ("dmd", "42129711000001109", "42129711000001109"),
        ("read2", "N239.", "N239."),
        ("read2", "1475", "1475."),  # the dot a spreadsheet dropped
        ("read2", "E", "E...."),
        ("read2", "A531.11", "A531.11"),  # seven characters stay seven
        ("read2", "1474.00", "1474.00"),  # looks like a decimal number, and is a code with its term code
        ("read2", "N242300", "N242300"),
        ("ctv3", "XaZ8A", "XaZ8A"),
        ("ctv3", "9D1", "9D1.."),
        ("bnf", "04", "04"),
        ("bnf", "0407020Q0", "0407020Q0"),
        ("bnf", "040702040BBAFAA", "040702040BBAFAA"),
        ("name", "  Codeine   phosphate ", "Codeine phosphate"),
    ],
)
def test_canonical(system: System, written: str, code: str) -> None:
    assert canonical(system, clean(written)[0]) == code


@pytest.mark.parametrize("pair", [("13J7.", "13j7."), ("9Nu0.", "9NU0."), ("9D11.", "9d11.")])
def test_case_twins_stay_apart(pair: tuple[str, str]) -> None:
    for system in ("read2", "ctv3"):
        assert canonical(system, pair[0]) != canonical(system, pair[1])


@pytest.mark.parametrize(
    ("system", "written", "says"),
    [
        ("snomed", "8.80461E+14", "spreadsheet"),
        ("snomed", "272977e10", "spreadsheet"),
        ("dmd", "323014008.0", "spreadsheet"),
        ("read2", "1474000.0", "spreadsheet"),
        ("read2", "1.30E+04", "spreadsheet"),
        ("snomed", "1777541000006110", "spreadsheet"),  # 16 digits, the last one rounded to 0
        ("snomed", "266116007", "digit by digit"),  # short: a slip, not rounding
        ("snomed", "1814041000006118", "description"),  # partition 11
        ("snomed", "82423", "6 to 18 digits"),
        ("snomed", "", "empty"),
        ("read2", "N.39.", "dots only at the end"),
        ("read2", "N239.1", "5 characters, or 7"),
        ("read2", "B305.1212", "5 characters, or 7"),  # a term code doubled
        ("ctv3", "XaZ89Y", "dots only at the end"),
        ("bnf", "04.07.02", "1 to 15 characters"),
        ("name", "Co", "too much"),
        ("name", "123", "too much"),
    ],
)
def test_refusals_say_why(system: System, written: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        canonical(system, written)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("247398009#", "247398009"),
        ('="57607007"', "57607007"),
        ("'57607007", "57607007"),
        ("XaKRy\u00a0\u00a0", "XaKRy"),
        ("\ufeff82423001", "82423001"),
        (" 82423001", "82423001"),
    ],
)
def test_guards_are_taken_off_and_said(written: str, code: str) -> None:
    cleaned, notes = clean(written)
    assert cleaned == code
    assert len(notes) == 1


def test_a_clean_code_is_left_alone() -> None:
    assert clean("9Nu0.") == ("9Nu0.", ())


@given(st.text(READ_CHARACTERS, min_size=1, max_size=5))
def test_reading_a_code_again_changes_nothing(written: str) -> None:
    code = canonical("ctv3", written)
    assert len(code) == 5
    assert canonical("ctv3", code) == code
    assert code.rstrip(".") == written


def test_words_of_a_name() -> None:
    assert words("Co-codamol 12.8mg/500mg tablets") == ("co", "codamol", "12.8mg", "500mg", "tablets")
    assert words("Generic Migraleve Yellow tablets") == ("migraleve", "yellow", "tablets")
    assert words("ZOMORPH\u00ae 10mg m/r caps") == ("zomorph", "10mg", "m", "r", "caps")


def test_a_number_is_one_word() -> None:
    assert phrase("2 mg") not in phrase("Buprenorphine 0.2 mg tablets")
    assert phrase("2 mg") in phrase("Buprenorphine 2 mg tablets")
