"""Every pair of states: what the design allows is recorded, everything else is refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from pipeline.errors import LedgerError
from pipeline.ledger.letters import Batch
from pipeline.ledger.review import take_back
from pipeline.ledger.transitions import MOVES, check_move, is_allowed, say
from pipeline.ledger.vocabulary import PRECEDENCE, STATES
from tests.ledger.small import DAY, STUDY_NAME, bring_to, code_of, small_ledger, state_of, take

# Read from section 8 of the design, not from the code: before, then what may follow, by hand and by a run.
BY_HAND = """
(nobody)    nominated
identified  lapsed
nominated   lapsed
excluded    nominated lapsed
for_review  approved rejected later unscreened lapsed
later       approved rejected for_review unscreened lapsed
approved    rejected later exported lapsed
unscreened  for_review lapsed
rejected    for_review
exported    mailed lapsed
mailed      reminded replied returned withdrawn
reminded    replied returned withdrawn
returned    withdrawn
replied     replied ineligible consented declined withdrawn
ineligible  withdrawn
consented   withdrawn
declined    withdrawn
withdrawn
lapsed
"""
BY_RUN = """
(nobody)    identified
identified  for_review excluded lapsed
nominated   for_review excluded lapsed
excluded    excluded for_review later approved unscreened lapsed
for_review  excluded lapsed
later       excluded lapsed for_review
approved    excluded lapsed for_review
unscreened  excluded lapsed for_review
exported    lapsed
lapsed      for_review excluded
"""


def read(table: str) -> set[tuple[str | None, str]]:
    lines = [line.split() for line in table.strip().splitlines()]
    return {(None if before == "(nobody)" else before, after) for before, *afters in lines for after in afters}


@pytest.mark.parametrize(("mover", "table"), [("hand", BY_HAND), ("run", BY_RUN)])
def test_the_table_is_the_designs(mover: str, table: str) -> None:
    for before, after in product((None, *STATES), STATES):
        assert is_allowed(mover, before, after) == ((before, after) in read(table)), (before, after)  # type: ignore[arg-type]


def test_of_any_two_states_one_goes_before_the_other() -> None:
    assert sorted(PRECEDENCE) == sorted([*STATES, "moved"])


@pytest.mark.parametrize("mover", ["hand", "run"])
def test_each_refusal_says_where_the_person_stands_and_what_is_possible(mover: str) -> None:
    for before, after in product((None, *STATES), STATES):
        if is_allowed(mover, before, after):  # type: ignore[arg-type]
            continue
        with pytest.raises(LedgerError) as refused:
            check_move(mover, before, after)  # type: ignore[arg-type]
        assert f'"{say(before)}"' in str(refused.value)
        possible = MOVES[mover].get(before, frozenset())  # type: ignore[index]
        assert all(say(state) in str(refused.value) for state in possible)
        assert possible or "Nothing can follow it" in str(refused.value)


# What can be asked for by somebody's hand for one person, from any state.
STEPS = (
    "approved", "rejected", "later", "exported", "mailed", "reminded", "returned", "replied", "ineligible", "consented",
    "declined",
)  # fmt: skip
REACHED = tuple(state for state in STATES if state != "identified")  # which ends within the run that identifies


@pytest.mark.parametrize("before", REACHED)
def test_each_step_from_each_state(tmp_path: Path, before: str) -> None:
    """Through the functions that people use, on a real ledger."""
    for step in STEPS:
        folder = tmp_path / step
        with small_ledger(folder) as ledger:
            code = bring_to(ledger, before)
            assert state_of(ledger)[0] == before
            is_done = _is_done(partial(take, ledger, code, step))
            is_batch_again = before == step == "exported"
            assert is_done == ((before, step) in read(BY_HAND) or is_batch_again), (before, step)
            assert state_of(ledger)[0] == (step if is_done else before)


def _is_done(do: Callable[[], object]) -> bool:
    try:
        done = do()
    except LedgerError as error:
        assert str(error).startswith("Not recorded: ")
        return False
    return bool(done.done) if isinstance(done, Batch) else True


@pytest.mark.parametrize("before", REACHED)
def test_who_is_for_review_again(tmp_path: Path, before: str) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, before)
        is_done = _is_done(lambda: take_back(ledger, STUDY_NAME, code, DAY, "GP"))
        assert is_done == ((before, "for_review") in read(BY_HAND))


@pytest.mark.parametrize("before", REACHED)
@pytest.mark.parametrize("outcome", ["excluded", "lapsed"])
def test_what_a_night_changes(tmp_path: Path, before: str, outcome: str) -> None:
    """A run is never refused: it leaves alone whom it cannot move."""
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, before)
        take(ledger, code_of(ledger), outcome)
        moves = (before, outcome) in read(BY_RUN)
        assert state_of(ledger)[0] == (outcome if moves else before)
