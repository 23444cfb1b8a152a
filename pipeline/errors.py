"""The errors people see: one class per exit code, each saying what happened and how to mend it.

No message may hold a patient's identifier or clinical value: name the file, line and column instead.
"""

from __future__ import annotations


class CasefinderError(Exception):
    """Something the reader of the message can mend. `exit_code` is what the command returns."""

    exit_code = 1


class RuleError(CasefinderError):
    """The rule or a code list cannot be used."""

    exit_code = 10


class ExtractError(CasefinderError):
    """The extract cannot be read, or must not be believed."""

    exit_code = 11


class QualityError(CasefinderError):
    """The extract can be read and must not be searched: counts are not as they could be in truth."""

    exit_code = 12


class RuleTestError(CasefinderError):
    """The rule makes something else of an invented patient than was worked out by hand."""

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
    """The ledger cannot be used, or refuses what was asked: it would be against what is recorded."""

    exit_code = 18


class AuditError(CasefinderError):
    """What is recorded is not as it was recorded."""

    exit_code = 15
