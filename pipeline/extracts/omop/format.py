"""OMOP's Common Data Model: how Casefinder finds, reads and recognises a database."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extracts.format import Format, Sign
from pipeline.extracts.model import Extract, Nouns
from pipeline.extracts.omop.files import find_deliveries
from pipeline.extracts.omop.gaps import GAPS
from pipeline.extracts.omop.read import read


def _recognise(extract: Extract) -> Iterator[Sign]:
    yield Sign("the table person has the columns of the Common Data Model")
    if extract.version == "not said":
        yield Sign("the database does not say which version of the model it is, so it is read as 5.4", True)
    elif not extract.version.removeprefix("cdm").strip(" v").startswith("5.4"):
        yield Sign(f"the database says version {extract.version}, and is read as 5.4", True)
    yield Sign("what can be found depends on how it was made from the practices' records, which is not known", True)


OMOP = Format(
    key="omop",
    title="OMOP Common Data Model",
    looks="OMOP CDM tables (person and observation_period)",
    find=find_deliveries,
    read=read,
    recognise=_recognise,
    nouns=Nouns("clinical rows", "drug exposures", "persons", tells_codes=True),
    gaps=GAPS,
    pseudonymised_because=(
        "An OMOP database has no names: only the people who made it can turn its numbers back into patients."
    ),
)
