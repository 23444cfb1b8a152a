"""TPP SystmOne's Strategic Reporting Extract: how it is found, read and recognised."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extracts.format import Format, Sign
from pipeline.extracts.model import Extract, Nouns
from pipeline.extracts.tpp.files import find_deliveries
from pipeline.extracts.tpp.gaps import GAPS
from pipeline.extracts.tpp.read import read


def _recognise(extract: Extract) -> Iterator[Sign]:
    named = "files are named as TPP names its tables (SRPatient, SRCode), and have its columns"
    yield Sign(f"{len(extract.files)} {named}")
    yield Sign(
        "parts of the format have not been checked against a practice's extract (docs/formats/tpp.md)", is_doubt=True
    )
    if "left out" in extract.version or "like" in extract.version:
        yield Sign("the columns do not show for certain which of TPP's formats it is", is_doubt=True)


TPP = Format(
    key="tpp",
    title="TPP SystmOne SRE",
    looks="TPP SystmOne files (SRPatient.csv and SRCode.csv)",
    find=find_deliveries,
    read=read,
    recognise=_recognise,
    nouns=Nouns("coded entries", "medications", "patients"),
    gaps=GAPS,
    is_numbered=True,
)
