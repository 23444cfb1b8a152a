"""CPRD Aurum, a research copy of EMIS records under pseudonyms: how it is found, read and recognised."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extracts.aurum.files import find_deliveries
from pipeline.extracts.aurum.gaps import GAPS
from pipeline.extracts.aurum.read import read
from pipeline.extracts.format import Format, Sign
from pipeline.extracts.model import Extract, Nouns


def _recognise(extract: Extract) -> Iterator[Sign]:
    columns = "(patid, medcodeid, prodcodeid)"
    yield Sign(f"patient, observation or issue files have columns that only CPRD Aurum has {columns}")
    yield Sign("parts of the format are not verified against CPRD's own documents (docs/formats/aurum.md)", True)
    if extract.version == "unknown":
        yield Sign("no dictionary's name gives its build: use the dictionaries of the extract's own build", True)


AURUM = Format(
    key="aurum",
    title="CPRD Aurum",
    looks="CPRD Aurum files (such as study_Extract_Patient_001.txt)",
    find=find_deliveries,
    read=read,
    recognise=_recognise,
    nouns=Nouns("observations", "issues", "patients", tells_codes=True),
    gaps=GAPS,
    pseudonymised_because="A CPRD extract is pseudonymised: nothing in it says who its patients are.",
)
