"""The vocabulary of a synthetic OMOP database: the catalogue's codes as concepts, and the concept of each row.

Follows OHDSI's own conversion of CPRD Aurum. The source concept is the Read code if there is one, else the SNOMED code.
The standard concept is SNOMED's, and its domain says which table the row is in; without one it is 0, and the row is an
observation. A medicine's source concept is dm+d's. Concepts have numbers above two billion, which the model reserves
for local use, because the real numbers are Athena's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthetic_data.arrays import Ints
from synthetic_data.population.catalogue import CODES, Code, code_ids
from synthetic_data.population.medicines import MEDICINES

_FIRST = 2_000_000_001
_LONGEST = 50  # characters of a source value
_ROOT = "138875005"
_HEADINGS = {
    "Condition": ("404684003", "Clinical finding"),
    "Procedure": ("71388002", "Procedure"),
    "Measurement": ("363787002", "Observable entity"),
    "Observation": ("243796009", "Situation with explicit context"),
}
_DISEASES = ("chronic-pain", "painful-condition", "cancer", "dementia", "severe-mental-illness", "learning-disability")
_DISEASE_CHAPTERS = ("B", "C", "E", "G", "H", "171")
_PROCEDURES = (
    "860381000000107", "183568002", "86198006", "185317003", "182836005", "709491003", "780816009",
)  # fmt: skip
UNITS = {"mmHg": "mm[Hg]", "kg": "kg", "cm": "cm", "kg/m2": "kg/m2", "mmol/mol": "mmol/mol"}


@dataclass(frozen=True)
class Concept:
    number: int
    vocabulary: str
    code: str
    name: str
    domain: str

    @property
    def is_standard(self) -> bool:
        return self.vocabulary not in ("Read", "dm+d")


@dataclass(frozen=True)
class Mapping:
    """How each code is written, by position: the domain of its table, and three columns."""

    domain: tuple[str, ...]
    concept: Ints
    source_concept: Ints
    source_value: tuple[str, ...]


def read_seven(code: Code) -> str:
    """Read v2 as OMOP has it: five characters and a term code; nothing if EMIS's code is not a Read code."""
    if not code.read or code.read.startswith("EMIS"):
        return ""
    stem, _, synonym = code.read.partition("-")
    return stem.ljust(5, ".") + (f"1{synonym}" if synonym else "00")


def _domain(code: Code) -> str:
    if code.value:
        return "Measurement"
    if code.snomed in _PROCEDURES:
        return "Procedure"
    is_disease = code.topic in _DISEASES or (code.topic == "background" and code.read.startswith(_DISEASE_CHAPTERS))
    return "Condition" if is_disease else "Observation"


@cache
def snomed_of_read() -> dict[str, str]:
    """The SNOMED code that each Read code maps to, even if only the Read code is recorded."""
    return {read_seven(code): code.snomed for code in reversed(CODES) if read_seven(code) and code.snomed}


def standard_code(code: Code) -> str:
    """The SNOMED code of a row's standard concept, or nothing."""
    return code.snomed or snomed_of_read().get(read_seven(code), "")


@cache
def concepts() -> dict[tuple[str, str], Concept]:
    """Every concept, by vocabulary and code."""
    named: dict[tuple[str, str], tuple[str, str]] = {("SNOMED", _ROOT): ("SNOMED CT Concept", "Metadata")}
    named |= {("SNOMED", code): (name, domain) for domain, (code, name) in _HEADINGS.items()}
    for code in CODES:
        if code.snomed:
            named.setdefault(("SNOMED", code.snomed), (code.term.strip(), _domain(code)))
        if code.topic != "chapter" and read_seven(code):
            named.setdefault(("Read", read_seven(code)), (code.term.strip(), _domain(code)))
    for number, medicine in enumerate(MEDICINES, 1):
        if medicine.dmd:
            named["dm+d", medicine.dmd] = (medicine.name, "Drug")
            named["RxNorm Extension", f"OMOP{number:06}"] = (f"{medicine.name} (synthetic)", "Drug")
    named |= {("UCUM", unit): (unit, "Unit") for unit in UNITS.values()}
    return {
        key: Concept(_FIRST + place, *key, name, domain) for place, (key, (name, domain)) in enumerate(named.items())
    }


def _number(vocabulary: str, code: str) -> int:
    return concepts()[vocabulary, code].number if code else 0


@cache
def map_codes() -> Mapping:
    """Map CODES, and the code missing from the dictionary: only its local id is known."""
    domains, standard, source, values = [], [], [], []
    for code, local in zip(CODES, code_ids(), strict=False):
        read, snomed = "" if code.topic == "chapter" else read_seven(code), standard_code(code)
        domains.append(concepts()["SNOMED", snomed].domain if snomed else "Observation")
        standard.append(_number("SNOMED", snomed))
        source.append(_number("Read", read) or _number("SNOMED", code.snomed))
        values.append(f"{read or code.snomed or local}-{code.term.strip()}"[:_LONGEST])
    return Mapping(
        (*domains, "Observation"), np.array([*standard, 0]), np.array([*source, 0]), (*values, code_ids()[-1])
    )


@cache
def map_medicines() -> Mapping:
    """Map MEDICINES; one without a dm+d id is known only by its name."""
    numbered = list(enumerate(MEDICINES, 1))
    return Mapping(
        ("Drug",) * len(MEDICINES),
        np.array([_number("RxNorm Extension", f"OMOP{n:06}") if each.dmd else 0 for n, each in numbered]),
        np.array([_number("dm+d", each.dmd) for each in MEDICINES]),
        tuple((each.dmd or each.name)[:_LONGEST] for each in MEDICINES),
    )


def maps_to() -> list[tuple[int, int]]:
    """Source concept and standard concept."""
    read = [(_number("Read", read), _number("SNOMED", snomed)) for read, snomed in snomed_of_read().items()]
    medicines = map_medicines()
    pairs = zip(medicines.source_concept.tolist(), medicines.concept.tolist(), strict=True)
    return read + [pair for pair in pairs if all(pair)]


def is_a() -> list[tuple[int, int]]:
    """A concept and its ancestor: SNOMED's headings and root, because the catalogue has nothing in between."""
    root, headings = _number("SNOMED", _ROOT), {domain: code for domain, (code, _) in _HEADINGS.items()}
    under = [each for each in concepts().values() if each.vocabulary == "SNOMED" and each.domain in headings]
    return [
        (each.number, root if each.code == headings[each.domain] else _number("SNOMED", headings[each.domain]))
        for each in under
    ]
