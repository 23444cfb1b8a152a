"""For each kind of failure, what somebody at the practice does about it in the morning."""

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
    """What happened, in one line; what to do; whom to ask."""

    happened: str
    do: str
    ask: str


_AGAIN = "Then start the night again by hand, or wait for the next one."
_SUPPLIER = "Your system supplier, or whoever set up the extract."
_KEEPER = "Whoever keeps Casefinder for you."
_RULES = "Whoever wrote the study's rule: usually the research network."

ADVICE: dict[type[CasefinderError], Advice] = {
    RuleError: Advice(
        "The study's rule or one of its code lists cannot be used",
        "Do nothing yourself. Send the lines above to whoever wrote the rule, and put the corrected file in its place. "
        f"{_AGAIN}",
        _RULES,
    ),
    RuleTestError: Advice(
        "The rule does not do what was worked out by hand for its invented patients",
        "Do not use the rule until this is understood: a change in it, or in a code list, changed whom it finds. "
        "Send the lines above to whoever wrote it.",
        _RULES,
    ),
    ExtractError: Advice(
        "What the supplier delivered cannot be read",
        f"Do what the lines above say; most often, ask for the delivery again. {_AGAIN}",
        _SUPPLIER,
    ),
    QualityError: Advice(
        "The extract can be read, but must not be believed",
        "Read the check of the extract. Where all is as it should be after all, start the night by hand with "
        "--despite-quality: every list then says so.",
        _SUPPLIER,
    ),
    LockedError: Advice(
        "Another run of Casefinder was at work",
        f"Wait until it has ended; close other windows in which Casefinder runs. {_AGAIN}",
        _KEEPER,
    ),
    OutputError: Advice(
        "Something could not be written",
        f"Make room on the disk, and close lists that are open in Excel. {_AGAIN}",
        "Whoever looks after the computer.",
    ),
    AuditError: Advice(
        "What is recorded is not as it was recorded, or counts do not add up",
        "Write to nobody before this is understood. Keep all files as they are and send the lines above on.",
        _KEEPER,
    ),
    StoreError: Advice(
        "The stored extract cannot be used, or a delivery does not follow the last one",
        "Do what the lines above say; most often, ask the supplier for the missing delivery, or for a full extract. "
        f"{_AGAIN}",
        _SUPPLIER,
    ),
    LedgerError: Advice(
        "The ledger cannot be used",
        "Write to nobody before this is understood. Keep the ledger and the files beside it as they are.",
        _KEEPER,
    ),
}
_OTHER = Advice("The night could not be run as it was asked for", f"Do what the lines above say. {_AGAIN}", _KEEPER)


def advise(error: CasefinderError) -> Advice:
    """By the error's class."""
    return next((advice for kind, advice in ADVICE.items() if isinstance(error, kind)), _OTHER)
