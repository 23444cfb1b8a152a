"""The population as a TPP SystmOne Strategic Reporting Extract: one full delivery of several practices."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from synthetic_data.order import Order
from synthetic_data.plain.admin import draw_admin
from synthetic_data.population.chunk import Chunk, Writer
from synthetic_data.population.practices import Practices
from synthetic_data.tpp.codes import hierarchy, terms, to_snomed, to_version2
from synthetic_data.tpp.people import AGREED, HOME, MOBILE, REFUSED, write_people
from synthetic_data.tpp.record import write_codes, write_medications
from synthetic_data.tpp.tables import Columns, Delivery, start_delivery

# Terms for the ids of TPP's lists: the id, the list's id, and the term. All but the terms are invented.
_GROUPS = ((7, "Contact type"), (93, "SMS consent"))
_MAPPINGS = (
    (HOME, 7, "Home telephone"),
    (MOBILE, 7, "Mobile telephone"),
    (AGREED, 93, "Consent given"),
    (REFUSED, 93, "Consent refused"),
)


def start_tpp(order: Order) -> Writer:
    """Write what is not about patients; return the function that writes a chunk of them.

    SRPatient.RowIdentifier minus 10**17 is what truth.csv calls `local_number`; a second registration that has the
    `patient_guid` of the person's first one has its RowIdentifier too.
    """
    delivery = start_delivery(order.out, order.extract_date)
    admin = draw_admin(order.practices, order.extract_date, order.rng)
    write_organisations(delivery, order.practices, admin["Admin_Organisation"])
    write_dictionaries(delivery, order.practices.ods[0])
    write_mappings(delivery)

    def write(chunk: Chunk) -> None:
        write_people(delivery, chunk)
        write_codes(delivery, chunk)
        write_medications(delivery, chunk)

    return write


def write_organisations(delivery: Delivery, practices: Practices, organisations: pl.DataFrame) -> None:
    """The practices, and one organisation that is not a practice."""
    columns: Columns = {
        "RowIdentifier": pl.Series(range(1, len(organisations) + 1)),
        "Name": organisations["OrganisationName"],
        "ID": organisations["ODSCode"],
        "MadeObsolete": pl.lit("FALSE"),
        "IDCcg": pl.lit("ZZZ"),
    }
    delivery.add("SROrganisation", columns)


def write_dictionaries(delivery: Delivery, ods: str) -> None:
    """CTV3's terms, its hierarchy, and its codes in SNOMED CT and Read v2; listed under one practice, for all."""
    tables: dict[str, tuple[tuple[str, ...], Sequence[tuple[str | int, ...]]]] = {
        "SRCtv3": (("Ctv3Code", "Ctv3Text"), [*terms().items()]),
        "SRCtv3Hierarchy": (("Ctv3CodeParent", "Ctv3CodeChild", "ChildLevel"), hierarchy()),
        "SRCtv3ToSnomed": (("Ctv3Code", "SnomedCode"), to_snomed()),
        "SRCtv3ToVersion2": (("Ctv3Code", "Version2Code"), to_version2()),
    }
    for table, (header, rows) in tables.items():
        columns: dict[str, pl.Series | pl.Expr] = {"RowIdentifier": pl.Series(range(1, len(rows) + 1))}
        if table != "SRCtv3ToVersion2":
            columns["IDOrganisationVisibleTo"] = pl.lit(ods)
        columns |= {name: pl.Series(values) for name, values in zip(header, zip(*rows, strict=True), strict=True)}
        delivery.add(table, columns)


def write_mappings(delivery: Delivery) -> None:
    number, name = (pl.Series(column) for column in zip(*_GROUPS, strict=True))
    delivery.add("SRMappingGroup", {"RowIdentifier": number, "MappingGroup": name})
    key, group, words = (pl.Series(column) for column in zip(*_MAPPINGS, strict=True))
    delivery.add("SRMapping", {"RowIdentifier": key, "IdMappingGroup": group, "Mapping": words})
