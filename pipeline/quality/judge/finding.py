"""What the check of an extract can find: a closed list of kinds, and a finding in words that people can act on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How serious it is. `stop` sorts before `warn`, as on the page."""

    STOP = "stop"
    WARN = "warn"


class Kind(StrEnum):
    """Everything that is checked, in the order of the page: the most harmful first."""

    UNREADABLE = "unreadable"  # the files could not be read
    EXTRACT_OLD = "extract_old"
    PRACTICE_GONE = "practice_gone"
    PRACTICE_ZERO = "practice_zero"
    NOBODY_REGISTERED = "nobody_registered"
    MONTH_LOW = "month_low"
    COLUMN_BLANK = "column_blank"
    COLUMN_FADED = "column_faded"
    CODE_UNKNOWN = "code_unknown"
    CODE_DAMAGED = "code_damaged"
    LIST_SILENT = "list_silent"
    UNREGISTERED = "unregistered"
    ROWS_ORPHANED = "rows_orphaned"
    NHS_NUMBER_INVALID = "nhs_number_invalid"
    NHS_NUMBER_REPEATED = "nhs_number_repeated"
    PATIENT_DATES = "patient_dates"
    BEFORE_BIRTH = "before_birth"
    IN_FUTURE = "in_future"
    ROWS_REPEATED = "rows_repeated"
    PATIENTS_CHANGED = "patients_changed"
    VOLUME_CHANGED = "volume_changed"
    LIST_CHANGED = "list_changed"
    LIST_EMPTY = "list_empty"
    STEP_EMPTIES = "step_empties"


ORDER = {kind: place for place, kind in enumerate(Kind)}

# A finding that follows from another about the same practice (or about all practices) is left out.
HIDES: dict[Kind, tuple[Kind, ...]] = {
    Kind.CODE_UNKNOWN: (Kind.LIST_SILENT,),
    Kind.CODE_DAMAGED: (Kind.LIST_SILENT,),
    Kind.PRACTICE_ZERO: (Kind.LIST_SILENT, Kind.VOLUME_CHANGED, Kind.MONTH_LOW),
    Kind.NOBODY_REGISTERED: (Kind.PATIENTS_CHANGED, Kind.LIST_CHANGED, Kind.LIST_EMPTY, Kind.STEP_EMPTIES),
    Kind.COLUMN_BLANK: (Kind.COLUMN_FADED,),
    Kind.PRACTICE_GONE: (Kind.LIST_CHANGED,),
    Kind.STEP_EMPTIES: (Kind.LIST_CHANGED, Kind.LIST_EMPTY),
    Kind.LIST_CHANGED: (Kind.LIST_EMPTY,),
}


@dataclass(frozen=True)
class Failure:
    """Counts beyond a threshold. `practice` empty: all practices. `item`: a table, column, code list or step.

    `months`: the run of months it is about, `YYYY-MM` (the last may be `TAIL`), or none. `n` of `of`: what was counted,
    and either the total it was counted from or what would be usual.
    """

    kind: Kind
    level: Level
    practice: str
    item: str
    months: tuple[str, ...]
    n: int
    of: float


@dataclass(frozen=True)
class Finding:
    """A failure in words. It contains counts, never a patient's value."""

    kind: Kind
    level: Level
    practice: str
    item: str
    months: tuple[str, ...]
    n: int
    of: float
    what: str
    since: str
    do: str
    ask: str


def drop_consequences(failures: list[Failure]) -> list[Failure]:
    """The failures that do not follow from another one of the same practice, or of all practices."""
    return [one for one in failures if not any(_explains(other, one) for other in failures)]


def _explains(cause: Failure, one: Failure) -> bool:
    if one.kind not in HIDES.get(cause.kind, ()):
        return False
    same_place = cause.practice in ("", one.practice) or not one.practice
    return same_place and (cause.kind is not Kind.COLUMN_BLANK or cause.item == one.item)
