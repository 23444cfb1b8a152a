"""Writes tiny CPRD Aurum folders: CPRD's headers, and rows given as dicts. The people are invented."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import duckdb

from pipeline.extracts.aurum.format import AURUM
from pipeline.extracts.model import Extract
from pipeline.extracts.read import Folder
from synthetic_data import Summary, generate
from synthetic_data.aurum.write import start_aurum
from synthetic_data.emis.write import start_emis
from synthetic_data.order import FormatWriter, Order
from synthetic_data.population.chunk import Chunk, Writer
from synthetic_data.writers import WRITERS
from tests.extracts import emis_folder

Row = dict[str, str]
Tables = dict[str, list[Row]]

HEADERS = {
    "Patient": "patid pracid usualgpstaffid gender yob mob emis_ddate regstartdate patienttypeid regenddate acceptable "
    "cprd_ddate",
    "Practice": "pracid lcd uts region",
    "Observation": "patid consid pracid obsid obsdate enterdate staffid parentobsid medcodeid value numunitid "
    "obstypeid numrangelow numrangehigh probobsid",
    "DrugIssue": "patid issueid pracid probobsid drugrecid issuedate enterdate staffid prodcodeid dosageid quantity "
    "quantunitid duration estnhscost",
    "202605_EMISMedicalDictionary": "MedCodeId Term OriginalReadCode CleansedReadCode SnomedCTConceptId "
    "SnomedCTDescriptionId Release EmisCodeCategoryId",
    "202605_EMISProductDictionary": "ProdCodeId dmdid TermfromEMIS ProductName Formulation RouteOfAdministration "
    "DrugSubstanceName SubstanceStrength BNFChapter Release",
    "PatientType": "patienttypeid Description",
    "NumUnit": "numunitid Description",
    "QuantUnit": "quantunitid Description",
}
MEDICAL, PRODUCT = "202605_EMISMedicalDictionary", "202605_EMISProductDictionary"
# Nineteen digits, as long as CPRD's get: the last five are the practice's.
JO, SAM = "1234567890123420001", "1234567890124520001"


def patient(patid: str = JO, **values: str) -> Row:
    return {
        "patid": patid,
        "pracid": "20001",
        "gender": "2",
        "yob": "1980",
        "regstartdate": "04/05/2010",
        "patienttypeid": "3",
        "acceptable": "1",
    } | values


def observation(obsid: str, patid: str = JO, **values: str) -> Row:
    return {
        "patid": patid,
        "pracid": "20001",
        "obsid": obsid,
        "obsdate": "15/03/2026",
        "enterdate": "16/03/2026",
        "medcodeid": "101",
    } | values


def issue(issueid: str, patid: str = JO, **values: str) -> Row:
    return {
        "patid": patid,
        "pracid": "20001",
        "issueid": issueid,
        "issuedate": "01/04/2026",
        "enterdate": "01/04/2026",
        "prodcodeid": "201",
    } | values


def medical(key: str = "101", **values: str) -> Row:
    return {
        "MedCodeId": key,
        "Term": "Backache",
        "OriginalReadCode": "N145",
        "CleansedReadCode": "N145.00",
        "SnomedCTConceptId": "161891005",
    } | values


def product(key: str = "201", **values: str) -> Row:
    return {"ProdCodeId": key, "dmdid": "376689003", "TermfromEMIS": "Codeine 30mg tablets"} | values


def small_extract(**tables: list[Row]) -> Tables:
    """One practice, one patient, one observation, one issue; any table given by name instead."""
    return {
        "Patient": [patient()],
        "Practice": [{"pracid": "20001", "lcd": "20/11/2026", "region": "7"}],
        "Observation": [observation("1")],
        "DrugIssue": [issue("1")],
        MEDICAL: [medical()],
        PRODUCT: [product()],
    } | tables


def text(table: str, rows: list[Row], header: str = "") -> str:
    """A table as CPRD writes it: tabs, no quotes. `header`: its columns, if not CPRD's of today."""
    names = (header or HEADERS[table]).split()
    assert all(set(row) <= set(names) for row in rows), table
    return "".join("\t".join(line) + "\n" for line in (names, *([row.get(n, "") for n in names] for row in rows)))


def write_extract(folder: Path, tables: Tables, lookups: str = "") -> Path:
    """`study_Extract_Patient_001.txt` and so on; dictionaries and lookups under their own names, perhaps apart."""
    (folder / lookups).mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        is_data = table in ("Patient", "Practice", "Observation", "DrugIssue")
        path = folder / f"study_Extract_{table}_001.txt" if is_data else folder / lookups / f"{table}.txt"
        write(path, text(table, rows))
    return folder


def write(path: Path, said: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(said, encoding="latin-1", newline="")


def read(folder: Path) -> tuple[duckdb.DuckDBPyConnection, Extract]:
    """The folder read into a store by this reader, and the whole store into a new database."""
    found = Folder(folder, AURUM, tuple(AURUM.find(folder)))
    assert found.deliveries
    with patch("pipeline.store.apply.open_folder", lambda _: found):
        return emis_folder.read(folder)


def write_both(out: Path, patients: int, practices: int, seed: int) -> Summary:
    """The same people in `out/emis`, with truth.csv, and in `out/aurum`."""
    (out / "aurum").mkdir(mode=0o700, parents=True)

    def start_two(order: Order) -> Writer:
        writers = [start_emis(order), start_aurum(replace(order, out=out / "aurum"))]

        def write_chunk(chunk: Chunk) -> None:
            for each in writers:
                each(chunk)

        return write_chunk

    with patch.dict(WRITERS, {"emis": FormatWriter("emis", start_two)}):
        return generate("emis", patients=patients, practices=practices, seed=seed, out=out / "emis")
