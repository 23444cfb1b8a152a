"""What may follow what: the one table of states, and the sentence for everything that is not in it.

A run moves people by what the record says, somebody by hand by what they decided or heard; neither can do the other's.
"""

from __future__ import annotations

from typing import Literal

from pipeline.errors import LedgerError
from pipeline.ledger.vocabulary import STATES
from pipeline.vocabulary import DECISIONS

Mover = Literal["run", "hand"]

_NEW = None  # nobody of this study yet
_DECIDED = frozenset(DECISIONS)

MOVES: dict[Mover, dict[str | None, frozenset[str]]] = {
    "run": {
        _NEW: frozenset({"identified"}),
        "identified": frozenset({"for_review", "excluded", "lapsed"}),
        "nominated": frozenset({"for_review", "excluded", "lapsed"}),
        "for_review": frozenset({"excluded", "lapsed"}),
        # Back to review where two records turn out to be one person.
        "later": frozenset({"excluded", "lapsed", "for_review"}),
        "approved": frozenset({"excluded", "lapsed", "for_review"}),
        "unscreened": frozenset({"excluded", "lapsed", "for_review"}),
        # Afresh each night: another reason, or back to what was decided before.
        "excluded": frozenset({"excluded", "for_review", "later", "approved", "unscreened", "lapsed"}),
        "exported": frozenset({"lapsed"}),
        "lapsed": frozenset({"for_review", "excluded"}),  # only who moved, and was never written to
    },
    "hand": {
        _NEW: frozenset({"nominated"}),
        "identified": frozenset({"lapsed"}),
        "nominated": frozenset({"lapsed"}),
        "excluded": frozenset({"nominated", "lapsed"}),
        "for_review": _DECIDED | {"unscreened", "lapsed"},
        "later": frozenset({"approved", "rejected", "for_review", "unscreened", "lapsed"}),
        "approved": frozenset({"rejected", "later", "exported", "lapsed"}),
        "unscreened": frozenset({"for_review", "lapsed"}),
        "rejected": frozenset({"for_review"}),  # taken back, then decided afresh
        "exported": frozenset({"mailed", "lapsed"}),
        "mailed": frozenset({"reminded", "replied", "returned", "withdrawn"}),
        "reminded": frozenset({"replied", "returned", "withdrawn"}),
        "returned": frozenset({"withdrawn"}),
        "replied": frozenset({"replied", "ineligible", "consented", "declined", "withdrawn"}),
        "ineligible": frozenset({"withdrawn"}),
        "consented": frozenset({"withdrawn"}),
        "declined": frozenset({"withdrawn"}),
    },
}


def is_allowed(mover: Mover, before: str | None, after: str) -> bool:
    """Whether this move is in the table."""
    return after in MOVES[mover].get(before, frozenset())


def check_move(mover: Mover, before: str | None, after: str) -> None:
    """Raises LedgerError, saying where the person stands and what is possible from there."""
    if not is_allowed(mover, before, after):
        raise LedgerError(
            f'Not recorded: this person\'s present state is "{say(before)}", and "{say(after)}" cannot follow it. '
            f"{_possible(mover, before)}"
        )


def say(state: str | None) -> str:
    """A state in words."""
    return STATES[state] if state else "not in the ledger"


def _possible(mover: Mover, before: str | None) -> str:
    moves = MOVES[mover].get(before)
    return f"Possible now: {', '.join(sorted(map(say, moves)))}." if moves else "Nothing can follow it."
