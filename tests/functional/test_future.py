"""An extract that says it was made after today: every window of a rule would lie in the wrong place."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import ExtractError
from pipeline.runs.search import run_search
from pipeline.store.apply import Settings, apply_folder
from tests.extracts.emis_folder import observation
from tests.functional.test_odd_inputs import NUMBERED, request
from tests.store.nightly import begin, state, write_night

pytestmark = pytest.mark.usefixtures("no_quality")

MADE = date(2026, 11, 20)


@pytest.mark.parametrize("as_of", [None, date(2026, 1, 1)])
def test_a_search_of_it_stops_also_for_an_earlier_index_date(tmp_path: Path, as_of: date | None) -> None:
    options = replace(request(tmp_path, people=NUMBERED), as_of=as_of, accept_missing=True)
    with pytest.raises(ExtractError, match=r"made on 20/11/2026, which is after today, 19/11/2026"):
        run_search(replace(options, clock=date(2026, 11, 19)))
    assert run_search(replace(options, clock=MADE, out=tmp_path / "other"))


def test_a_store_does_not_take_it(tmp_path: Path) -> None:
    store = begin(tmp_path)
    before = state(store)
    night = write_night(tmp_path / "1002", {"CareRecord_Observation": [observation(2)]}, 1002)
    with pytest.raises(ExtractError, match="which is after today, 01/01/2020"):
        apply_folder(night, store, Settings(today=date(2020, 1, 1)))
    assert state(store) == before
    assert apply_folder(night, store, Settings(today=date(2030, 1, 1)))[1]
