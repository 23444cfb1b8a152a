"""The dictionaries and lookups of a CPRD Aurum extract, in the folder of its build."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from synthetic_data.aurum.files import write_lookup
from synthetic_data.population import names
from synthetic_data.population.catalogue import CODES, Code, code_ids
from synthetic_data.population.medicines import MEDICINES, Medicine, medicine_ids
from synthetic_data.population.registrations import TYPES

# Only 3 is documented; the other numbers are invented here.
TYPE_NUMBERS = {name: "3" if name == "Regular" else str(10 + n) for n, name in enumerate(TYPES)}
VALUE_UNITS = sorted({code.value[2] for code in CODES if code.value})  # numbered from 1 in this order
QUANTITY_UNITS = sorted({medicine.unit for medicine in MEDICINES})
# As CPRD writes them: leading zeros lost, several separated by a slash. Background products have none here.
_CHAPTERS = {"opioids": "4070200", "gabapentinoids": "4080100/4070300", "opioid-substitution": "4100300"}
_MEDICAL = """MedCodeId Term OriginalReadCode CleansedReadCode SnomedCTConceptId SnomedCTDescriptionId Release
    EmisCodeCategoryId"""
_PRODUCT = """ProdCodeId dmdid TermfromEMIS ProductName Formulation RouteOfAdministration DrugSubstanceName
    SubstanceStrength BNFChapter Release"""
_DOSAGE = """dosageid dosage_text daily_dose dose_number dose_unit dose_frequency dose_interval choice_of_dose
    dose_max_average change_dose dose_duration"""


def write_lookups(out: Path, extract_date: date) -> None:
    """The folder `YYYYMM_Lookups_CPRDAurum`."""
    build = f"{extract_date:%Y%m}"
    folder = out / f"{build}_Lookups_CPRDAurum"
    folder.mkdir(mode=0o700)
    codes = [_medical(key, code) for key, code in zip(code_ids(), CODES, strict=False) if code.topic != "chapter"]
    write_lookup(folder, f"{build}_EMISMedicalDictionary.txt", _MEDICAL, codes)
    products = [_product(key, medicine) for key, medicine in zip(medicine_ids(), MEDICINES, strict=True)]
    write_lookup(folder, f"{build}_EMISProductDictionary.txt", _PRODUCT, products)
    kinds = [(number, name) for name, number in TYPE_NUMBERS.items()]
    write_lookup(folder, "PatientType.txt", "patienttypeid Description", kinds)
    write_lookup(folder, "NumUnit.txt", "numunitid Description", _numbered(VALUE_UNITS))
    write_lookup(folder, "QuantUnit.txt", "quantunitid Description", _numbered(QUANTITY_UNITS))
    sexes = _numbered(["Male", "Female", "Indeterminate", "Unknown"])
    write_lookup(folder, "Gender.txt", "genderid Description", sexes)
    doses = [(dose_id(text), text, *[""] * 9) for text in names.DOSES]
    write_lookup(folder, "common_dosages.txt", _DOSAGE, doses)


def dose_id(text: str) -> str:
    """The 64 characters by which a dose is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def cleanse(read: str) -> str:
    """A Read code in seven characters from EMIS's spelling of it; nothing for EMIS's own codes."""
    if not read or read.startswith("EMIS"):
        return ""
    five, _, synonym = read.partition("-")
    return five.ljust(5, ".") + (f"1{synonym}" if synonym else "00")


def _medical(key: str, code: Code) -> Sequence[str]:
    description = key if code.snomed else ""  # EMIS mints descriptions; here the code's id stands for one
    return key, code.term.strip(), code.read, cleanse(code.read), code.snomed, description, "", ""


def _product(key: str, medicine: Medicine) -> Sequence[str]:
    substance = medicine.name.split()[0]
    return (
        key, medicine.dmd, medicine.name, medicine.name if medicine.dmd else "", "", "", substance, "",
        _CHAPTERS.get(medicine.topic, ""), "",
    )  # fmt: skip


def _numbered(words: Sequence[str]) -> list[tuple[str, str]]:
    return [(str(number), word) for number, word in enumerate(words, start=1)]
