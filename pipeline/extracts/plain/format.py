"""Casefinder's own tables, for suppliers whose format it does not know: how it finds, reads and recognises them."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extracts.format import Format, Sign
from pipeline.extracts.model import Extract, Nouns
from pipeline.extracts.plain.files import find_deliveries
from pipeline.extracts.plain.read import read


def _recognise(_: Extract) -> Iterator[Sign]:
    yield Sign("patient has the column person_row, and every table has the columns of the plain format")


PLAIN = Format(
    key="plain",
    title="canonical tables",
    looks="canonical tables (patient.csv or patient.parquet)",
    find=find_deliveries,
    read=read,
    recognise=_recognise,
    nouns=Nouns(),
    gaps=(),  # the gaps depend on which columns were written
    gives_way=True,
)
