"""How we describe a table of an EMIS-X Explorer export: our words, the supplier's spellings of each, and SQL on them.

Each generation renames columns but keeps their contents. So we have one word for a column, and look for the first of
several spellings of it. Free text (dose, dosage, reasons) is never loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.gaps import Lost

# Whose row it is: an export identifies patients by one of these families of columns throughout.
REGISTRATION = ("pseudo_registration_guid", "registration_guid")
PATIENT_ID = ("patient_id", "pseudo_patient_id")
ORGANISATION = ("organisation", "emis_registration_organisation_guid")
MADE = ("_execution_date", "model_updated_datetime", "_ingest_time", "transform_datetime")


@dataclass(frozen=True)
class ExplorerTable:
    """One table. `names`: the names of its files. `columns`: staging columns, each with its SQL over our words.

    `defaults`: the value of a word if the file has no column for it. `losses`: what the extract then cannot say.
    `without`: what is lost if the file is missing; empty for a required table.
    """

    names: tuple[str, ...]
    stage: str
    words: dict[str, tuple[str, ...]]
    needed: tuple[str, ...]
    columns: dict[str, str]
    dates: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    defaults: dict[str, str] = field(default_factory=dict)
    losses: dict[str, Lost] = field(default_factory=dict)
    without: tuple[Lost, ...] = ()


@dataclass(frozen=True)
class Part:
    """One of the files that a large table is split into; only the first needs a header."""

    path: Path
    number: int


def choose(table: ExplorerTable, names: tuple[str, ...]) -> dict[str, str]:
    """How a file's column names spell each word; a word that is not there has no entry."""
    here = {name.lower() for name in names}
    found = {word: next((each for each in spelt if each in here), None) for word, spelt in table.words.items()}
    return {word: name for word, name in found.items() if name}


def layout(table: ExplorerTable, chosen: dict[str, str]) -> Layout:
    """What to look for in a file. The error for a missing needed word shows all its spellings."""
    needed = [chosen.get(word) or " or ".join(table.words[word]) for word in table.needed]
    return Layout(
        needed=tuple(needed),
        optional=tuple(name for word, name in chosen.items() if word not in table.needed),
        key=needed[0],
        key_form="any",
        dates=tuple(chosen[word] for word in table.dates if word in chosen),
        ids=tuple(chosen[word] for word in table.ids if word in chosen),
    )
