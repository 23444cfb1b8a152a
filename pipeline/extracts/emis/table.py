"""How we describe an EMIS table: the columns we read, and how each becomes a staging column.

Column names are the supplier's (Extract Service specification, versions 5.0 to 8.2), found in any case and
order. The misspelt columns of 5.0 and 5.1 (`ClinicanUserInRoleGuid`, `ExternalUsusalGP`) are not needed.
Free text (AssociatedText, Dosage, Comment, PatientMessage) is never loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.gaps import Lost
from pipeline.extracts.sql.expressions import key_sql, says_true_sql, unclear_sql


@dataclass(frozen=True)
class EmisTable:
    """One table of the extract. `columns`: the staging columns, each with its SQL over the supplier's columns.

    Staging tables share `org`, `key` (within the organisation), `processing` and `deleted`.
    `without`: what is lost if the file is missing; empty for a required table.
    `losses`: what is lost if the file lacks an optional column.
    """

    name: str
    stage: str
    layout: Layout
    columns: dict[str, str]
    without: tuple[Lost, ...] = ()
    losses: dict[str, Lost] = field(default_factory=dict)


_PROCESSING = "try_cast(ProcessingId AS BIGINT)"
ROW = {"processing": _PROCESSING, "deleted": says_true_sql("Deleted"), "unclear": unclear_sql("Deleted")}
NO_ORG = "CAST('00000000-0000-0000-0000-000000000000' AS UUID)"  # for tables whose keys are unique without a practice
REFERENCE_ROW = {"org": NO_ORG, "processing": _PROCESSING, "deleted": "0", "unclear": "0"}
ORG = {"org": key_sql("OrganisationGuid")}
