"""The errors people see: one class per exit code, each saying what happened and how to fix it.

No message may hold a patient's identifier or clinical value: name the file, line and column instead.
"""

from __future__ import annotations


class CasefinderError(Exception):
    """Something the reader of the message can fix. `exit_code` is what the command returns."""

    exit_code = 1


class RuleError(CasefinderError):
    """The rule or a code list cannot be used."""

    exit_code = 10


class ExtractError(CasefinderError):
    """The extract cannot be read or cannot be trusted."""

    exit_code = 11


class QualityError(CasefinderError):
    """The extract can be read but must not be searched: its counts cannot be right."""

    exit_code = 12


class RuleTestError(CasefinderError):
    """The rule's answer for an invented patient differs from the one worked out by hand."""

    exit_code = 16


class OutputError(CasefinderError):
    """The output folder cannot be written."""

    exit_code = 14


class UsageError(CasefinderError):
    """What was asked for does not exist or makes no sense."""

    exit_code = 2


class StoreError(CasefinderError):
    """The store cannot be read, or a delivery does not belong in it."""

    exit_code = 17


class LockedError(CasefinderError):
    """Another run is writing there."""

    exit_code = 13


class LedgerError(CasefinderError):
    """The ledger cannot be used, or refuses what was asked because it contradicts what is recorded."""

    exit_code = 18


class AuditError(CasefinderError):
    """A record has changed since it was written."""

    exit_code = 15
