"""EMIS-X Explorer's exports: how Casefinder finds, reads and recognises them."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extracts.explorer.files import find_deliveries
from pipeline.extracts.explorer.gaps import GAPS
from pipeline.extracts.explorer.read import read
from pipeline.extracts.explorer.tables import NOUNS
from pipeline.extracts.format import Format, Sign
from pipeline.extracts.model import Extract


def _recognise(extract: Extract) -> Iterator[Sign]:
    yield Sign("patient.csv has a date of birth and Explorer's key for a patient or registration")
    if extract.version.startswith("older"):
        yield Sign("observation.csv has columns that only the older tables have")
    else:
        yield Sign("the current models are recognised only by the absence of the older tables' columns", True)
    yield Sign("parts of the format have not been checked against a real export (docs/formats/explorer.md)", True)


EXPLORER = Format(
    key="explorer",
    title="EMIS-X Explorer export",
    looks="EMIS-X Explorer exports (patient.csv and observation.csv)",
    find=find_deliveries,
    read=read,
    recognise=_recognise,
    nouns=NOUNS,
    gaps=GAPS,
)
