"""Days that cannot be, in every format: no one comes onto a list by them, no exclusion is lost, and all is said."""

from __future__ import annotations

import pytest

from tests.effort import some
from tests.hostile.folders import FOLDERS, TEXT, Files
from tests.hostile.looking import look
from tests.hostile.oracle import sound
from tests.hostile.people import CANCER_DAY, PAIN_DAY
from tests.hostile.test_values import DAYS, written

# The day before the year of birth, which is all of a birth that CPRD Aurum has; before anyone's records, the suppliers'
# stand-ins, and after the extract.
IMPOSSIBLE = ("1979-12-31", "0202-03-04", "1899-12-30", "1900-01-01", "2026-11-21", "2062-03-15", "9999-12-31")
CASES = some([(format, day) for day in IMPOSSIBLE for format in DAYS], 8)


def with_day(format: str, instead_of: str, day: str) -> Files:
    """The format's files with one day for another in every row of theirs, the day of recording too."""
    encoding = TEXT[format].encoding
    before, after = (written(format, each).encode(encoding) for each in (instead_of, day))
    files = FOLDERS[format]()
    assert any(before in content for content in files.values())
    return {name: content.replace(before, after) for name, content in files.items()}


@pytest.mark.parametrize(("format", "day"), CASES)
def test_a_cancer_or_a_refusal_on_such_a_day_still_keeps_people_off(format: str, day: str) -> None:
    seen = look(with_day(format, CANCER_DAY, day))
    assert seen.listed == sound(format).listed
    assert seen.says_more_than(sound(format))


@pytest.mark.parametrize(("format", "day"), CASES)
def test_a_diagnosis_on_such_a_day_puts_nobody_on(format: str, day: str) -> None:
    seen = look(with_day(format, PAIN_DAY, day))
    assert seen.error == "" and seen.listed == frozenset()
    assert seen.says_more_than(sound(format))
