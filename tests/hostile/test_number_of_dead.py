"""In every format that carries NHS numbers: no one is listed under the number of somebody who has died."""

from __future__ import annotations

import pytest

from tests.hostile.folders import FOLDERS, Files
from tests.hostile.looking import look
from tests.hostile.oracle import sound
from tests.hostile.people import PEOPLE

FORMATS = ("emis", "plain", "tpp")


def with_number_of_the_dead(format: str) -> Files:
    """Someone who is listed has the number of someone who has died; both were born on one day."""
    [listed, *_], [dead] = ([one for one in PEOPLE if one.is_listed], [one for one in PEOPLE if one.died])
    return {
        name: content.replace(listed.nhs_number.encode(), dead.nhs_number.encode())
        for name, content in FOLDERS[format]().items()
    }


@pytest.mark.parametrize("format", FORMATS)
def test_whoever_has_the_number_of_the_dead_is_not_listed(format: str) -> None:
    seen, before = look(with_number_of_the_dead(format)), sound(format)
    assert seen.listed < before.listed and len(seen.listed) == len(before.listed) - 1
