"""What happens between a decision and a letter: a rejection that is taken back, and somebody who moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import LedgerError
from pipeline.ledger.letters import export
from pipeline.ledger.listed import people_in
from pipeline.ledger.open import open_ledger
from pipeline.ledger.review import decide, take_back
from pipeline.ledger.vocabulary import STATES
from tests.night.small import DAY, PRACTICES, later, make_site, night, read_list, somebody

NEIGHBOUR = somebody(1, pain=None)
HAPPENED = {
    "died": [somebody(0, died=later(1))],
    "left": [somebody(0, left=later(1))],
    "cancer": [somebody(0, cancer=later(1))],
    "gone": [],
}


@pytest.mark.parametrize("what", HAPPENED)
def test_no_letter_where_the_newest_extract_speaks_against_it_though_a_rejection_was_taken_back(
    tmp_path: Path, what: str
) -> None:
    """With no night between taking it back and the letter."""
    site = make_site(tmp_path)
    night(site, [somebody(0), NEIGHBOUR])
    with open_ledger(site.ledger, DAY) as ledger:
        (one,) = people_in(ledger, "pain", *STATES)
        at = (ledger, "pain", one.study_code)
        decide(*at, "rejected", DAY, "GP", reason="other")
        assert not night(site, [*HAPPENED[what], NEIGHBOUR], later(2)).failures
        try:
            take_back(*at, later(2), "GP")
            decide(*at, "approved", later(2), "GP")
            assert export(ledger, "pain", [one.study_code], later(2), "me").done == ()
        except LedgerError as error:
            assert what == "died" and "must not be listed (died)" in str(error)


def test_who_moves_is_on_the_list_of_the_new_practice_and_off_the_old_with_the_reason(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    neighbours = [NEIGHBOUR, somebody(2, practice=PRACTICES[1], pain=None)]
    night(site, [somebody(0), *neighbours])
    moved = somebody(0, practice=PRACTICES[1], since=later(1))
    result = night(site, [somebody(0, left=later(1)), moved, *neighbours], later(1))
    assert not result.failures
    assert [(one.listed, one.new, one.dropped) for one in result.studies[0].practices] == [(0, 0, 1), (1, 1, 0)]
    assert [row["flags"] for row in read_list(site, PRACTICES[1])] == ["New on this list"]
    dropped = result.studies[0].folder / "lists" / PRACTICES[0] / "dropped-out.csv"
    assert dropped.read_text(encoding="utf-8").splitlines()[1].endswith(",Off the list: lapsed,moved")
