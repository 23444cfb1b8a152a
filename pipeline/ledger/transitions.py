"""Which state may follow which: the one table of moves, and the sentence for a move that is not in it.

A run moves people because of what the record says. A person moves them by hand because of what was decided or heard.
Neither can make the other's moves.
"""

from __future__ import annotations

from typing import Literal

from pipeline.errors import LedgerError
from pipeline.ledger.vocabulary import STATES
from pipeline.vocabulary import DECISIONS, EXCLUDED_ELSEWHERE, IN_EARLIER_LIST

Mover = Literal["run", "hand"]

_NEW = None  # not yet in this study
_DECIDED = frozenset(DECISIONS)
# It is not said which exclusion it is: the record may be another practice's.
_OWN_REASONS = {
    str(EXCLUDED_ELSEWHERE): "an exclusion in another record of the same person",
    str(IN_EARLIER_LIST): "in the earlier list to leave out",
}

MOVES: dict[Mover, dict[str | None, frozenset[str]]] = {
    "run": {
        _NEW: frozenset({"identified"}),
        "identified": frozenset({"for_review", "excluded", "lapsed"}),
        "nominated": frozenset({"for_review", "excluded", "lapsed"}),
        "for_review": frozenset({"excluded", "lapsed"}),
        # Back to review if two records turn out to be one person.
        "later": frozenset({"excluded", "lapsed", "for_review"}),
        "approved": frozenset({"excluded", "lapsed", "for_review"}),
        "unscreened": frozenset({"excluded", "lapsed", "for_review"}),
        # Worked out again each night: another reason, or back to what was decided before.
        "excluded": frozenset({"excluded", "for_review", "later", "approved", "unscreened", "lapsed"}),
        "exported": frozenset({"lapsed"}),
        "lapsed": frozenset({"for_review", "excluded"}),  # only people who moved and were never written to
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
        "rejected": frozenset({"for_review"}),  # taken back, then decided again
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
    """Whether the table has this move."""
    return after in MOVES[mover].get(before, frozenset())


def check_move(mover: Mover, before: str | None, after: str) -> None:
    """Raises LedgerError, giving the person's state and what may follow it."""
    if not is_allowed(mover, before, after):
        raise LedgerError(
            f'Not recorded: this person\'s present state is "{say(before)}", and "{say(after)}" cannot follow it. '
            f"{_possible(mover, before)}"
        )


def say(state: str | None) -> str:
    """A state in words."""
    return STATES[state] if state else "not in the ledger"


def say_reason(reason: str) -> str:
    """A reason of the rule, or one of the program's own, in words."""
    return _OWN_REASONS.get(reason, reason.replace("_", " "))


def _possible(mover: Mover, before: str | None) -> str:
    moves = MOVES[mover].get(before)
    return f"Possible now: {', '.join(sorted(map(say, moves)))}." if moves else "Nothing can follow it."
