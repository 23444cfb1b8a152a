"""For each kind of failure, what a person at the practice can do about it in the morning."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import (
    AuditError,
    CasefinderError,
    ExtractError,
    LedgerError,
    LockedError,
    OutputError,
    QualityError,
    RuleError,
    RuleTestError,
    StoreError,
)


@dataclass(frozen=True)
class Advice:
    """What happened, in one line; what to do; who to ask."""

    happened: str
    do: str
    ask: str


_AGAIN = "Then start the night again by hand, or wait for the next one."
_SUPPLIER = "Your system supplier, or the person who set up the extract."
_KEEPER = "The person who looks after Casefinder for you."
_RULES = "The person who wrote the study's rule: usually at the research network."

ADVICE: dict[type[CasefinderError], Advice] = {
    RuleError: Advice(
        "The study's rule or one of its code lists cannot be used",
        "Do nothing yourself. Send the lines above to the person who wrote the rule, and replace the file with the "
        "corrected one. "
        f"{_AGAIN}",
        _RULES,
    ),
    RuleTestError: Advice(
        "The rule no longer gives the expected answers for its invented patients",
        "Do not use the rule until you know why: a change in it, or in a code list, has changed who it finds. "
        "Send the lines above to the person who wrote it.",
        _RULES,
    ),
    ExtractError: Advice(
        "The supplier's delivery cannot be read",
        f"Do what the lines above say. Usually that means asking for the delivery again. {_AGAIN}",
        _SUPPLIER,
    ),
    QualityError: Advice(
        "The extract can be read, but cannot be trusted",
        "Read the check of the extract. If the extract is right after all, start the night by hand with "
        "--despite-quality. Every list then says so.",
        _SUPPLIER,
    ),
    LockedError: Advice(
        "Another run of Casefinder was in progress",
        f"Wait until it has ended, and close other windows where Casefinder is running. {_AGAIN}",
        _KEEPER,
    ),
    OutputError: Advice(
        "Something could not be written",
        f"Make room on the disk, and close any lists that are open in Excel. {_AGAIN}",
        "The person who looks after the computer.",
    ),
    AuditError: Advice(
        "The records have been altered, or the counts do not add up",
        "Send no letters until you know why. Keep all files as they are, and pass on the lines above.",
        _KEEPER,
    ),
    StoreError: Advice(
        "The store cannot be used, or a delivery does not follow the last one",
        "Do what the lines above say. Usually that means asking the supplier for the missing delivery, or for a full "
        "extract. "
        f"{_AGAIN}",
        _SUPPLIER,
    ),
    LedgerError: Advice(
        "The ledger cannot be used, or does not allow this",
        "Do what the lines above say. Send no letters until you know why. Keep the ledger and the files next to it as "
        "they are.",
        _KEEPER,
    ),
}
_OTHER = Advice("The night could not be run", f"Do what the lines above say. {_AGAIN}", _KEEPER)


def advise(error: CasefinderError) -> Advice:
    """By the error's class."""
    return next((advice for kind, advice in ADVICE.items() if isinstance(error, kind)), _OTHER)
