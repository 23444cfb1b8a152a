"""The catalogue's codes as TPP SystmOne has them: CTV3 alongside SNOMED CT, and CTV3's hierarchy and maps.

A CTV3 code is here only if a source in `clinical-codes.md` (the NHS map from Read v2, or a public list) gives it for
the Read or SNOMED code, or for the same words. Those under _ALIKE are Read v2 codes that no source maps to CTV3; most
older codes are the same in both, and these are assumed to be. Newer concepts without a known CTV3 code have none, as
TPP writes them. TPP's own codes are Y and four hexadecimal digits; the three invented here contain a letter that those
cannot have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from synthetic_data.population.catalogue import CODES, Code

# From the five characters of the Read v2 code.
_FROM_READ = {
    "N239.": "X75rx", "N248.": "X75rx", "N2480": "X75rx", "1M52.": "XSGKA", "16C9.": "Xa0sK", "F369.": "Xa0y5",
    "66n..": "XaZtP", "N2423": "X75sy", "F301z": "F301z", "F3721": "F3721",
    "N05..": "XE1DV", "N143.": "XE1FC", "N11..": "XE1Et", "F26..": "F26..",
    "9D15.": "XaX1E", "9D19.": "XaX1R", "9D11.": "9D11.", "9D1C.": "XaXf1", "9D16.": "XaX1K", "9D1A.": "XaX1S",
    "9D1E.": "XaXf3", "9D1G.": "XaXf5", "9D17.": "XaX1L", "9D12.": "9D12.", "9D14.": "XaEF4", "9D5..": "9D5..",
    "13JV.": "Ua0TB", "13J7.": "13J7.", "9Nu0.": "XaZ89", "9Nu1.": "XaZ8A", "9QB..": "XaaDb",
    "B3...": "XE2vO", "B34..": "B34..", "9NU0.": "XaI8X", "13CA.": "13CA.", "8H69.": "8H69.",
    "13j7.": "XaG4p", "9Nu4.": "XaaVL", "9Nd1.": "XaKII", "H33..": "H33..", "C10F.": "X40J5",
}  # fmt: skip
# From the SNOMED CT concept, of codes without a Read code: by the same words in a list of CTV3 codes.
_FROM_SNOMED = {
    "751491000000102": "XaX1E", "775221000000101": "XaXf0", "13851000000100": "XaCF3", "224459001": "Ua0Ur",
    "414937009": "XaJv2", "103735009": "XaEJE", "52448006": "X002w", "391193001": "XaIWQ",
    "508171000000105": "XaQZ4", "766561000000109": "XaXP4",
}  # fmt: skip
# The case twin of a fit note, benign neoplasms, everyday measurements and habits; then the chapters, in `_ctv3`.
_ALIKE = ("9d15.", "B7...", "246..", "22A..", "229..", "22K..", "137S.", "137R.", "E2B..", "H05z.", "65E..")
# The catalogue has no code for diabetes itself, by which a list finds type 2: its words, and its chapter.
_BETWEEN = {"C10..": ("Diabetes mellitus", "C....")}
_UNDER = {"X40J5": "C10.."}
_OWN = {"EMISNQOA1": "Yzz01", "EMISNQSY1": "Yzz02"}  # where EMIS has codes of its own
_NOT_LISTED = "Yzz99"  # in no SRCtv3


@dataclass(frozen=True)
class TppCode:
    """The values of a row of SRCode; "" for none."""

    ctv3: str
    snomed: str
    term: str


@cache
def tpp_codes() -> tuple[TppCode, ...]:
    """One for each code, then one for NOT_IN_DICTIONARY."""
    return (*(TppCode(_ctv3(code), code.snomed, code.term) for code in CODES), TppCode(_NOT_LISTED, "", ""))


def terms() -> dict[str, str]:
    """The term of each CTV3 code, for SRCtv3; if there are several, the first in the catalogue."""
    found = {ctv3: term for ctv3, (term, _) in _BETWEEN.items()}
    for code in tpp_codes()[:-1]:
        if code.ctv3:
            found.setdefault(code.ctv3, code.term.strip())
    return found


def hierarchy() -> list[tuple[str, str, int]]:
    """Parent, child and the number of steps between them, for everything below a code."""
    above = _parents()
    rows = []
    for child in above:
        parent, steps = above.get(child), 1
        while parent:
            rows.append((parent, child, steps))
            parent, steps = above.get(parent), steps + 1
    return rows


def to_snomed() -> list[tuple[str, str]]:
    """Each CTV3 code with every SNOMED CT concept that its rows may have; most have one."""
    return [*dict.fromkeys((code.ctv3, code.snomed) for code in tpp_codes() if code.ctv3 and code.snomed)]


def to_version2() -> list[tuple[str, str]]:
    """Each CTV3 code with the Read v2 codes it may come from, five characters."""
    pairs = ((_ctv3(code), _five(code.read)) for code in CODES if _is_read(code))
    return [*dict.fromkeys(pair for pair in pairs if pair[0])]


def _parents() -> dict[str, str]:
    """The CTV3 code above each, if there is one."""
    ctv3_of = {code.read: _ctv3(code) for code in CODES if code.read}
    found = {_ctv3(code): ctv3_of[code.parent] for code in CODES if code.parent and _ctv3(code)}
    known = {child: parent for child, parent in found.items() if parent and parent != child}
    return known | _UNDER | {ctv3: chapter for ctv3, (_, chapter) in _BETWEEN.items()}


def _ctv3(code: Code) -> str:
    if not code.read:
        return _FROM_SNOMED.get(code.snomed, "")
    five = _five(code.read)
    if code.topic == "chapter" or five in _ALIKE:
        return five
    return _OWN.get(code.read) or _FROM_READ.get(five, "")


def _five(read: str) -> str:
    """Five characters from EMIS's spelling of a Read code."""
    return read.partition("-")[0].ljust(5, ".")


def _is_read(code: Code) -> bool:
    return bool(code.read) and code.read not in _OWN
