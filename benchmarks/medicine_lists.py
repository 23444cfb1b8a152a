"""How well the shipped opioid and gabapentinoid lists find what public dm+d lists hold: recall and precision.

    python benchmarks/medicine_lists.py FOLDER

FOLDER holds the public lists as CSV (they are not part of this repository). Every product of every list in it makes
one dictionary; each of our lists is resolved over it, first by product names alone, then as shipped. A product found
that is not in the public list of the same name is a false positive. Rows "VMP previous to ..." give no name and are
left out of the measure; how many of those ids are found is printed. Exit code 1 when a figure is below 99 %.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.codes.code_index import CodeIndex, CodeRow
from pipeline.codes.codelist import CodeList, load
from pipeline.codes.resolve import resolve

WANTED = 0.99
SUPERSEDED = "VMP previous to "
PUBLIC = {
    "opioids": "user-anschaf-opioids-for-analgesia-dmd.csv",
    "gabapentinoids": "user-anschaf-gabapentinoids-dmd.csv",
}
OTHERS = (
    "user-speed-vm-nsaids-dmd.csv",
    "user-speed-vm-antidepressants-for-pain-indication-dmd.csv",
    "opensafely-addictive-medicines.csv",
    "high-dose-long-acting-opioids-2022.csv",
    "high-dose-long-acting-opioids-2024.csv",
    "opensafely-opioid-containing-medicines-parenteral-excluding-drugs-for-substance-misuse-dmd.csv",
)
# Why a product may differ, by the start of its name. The decisions are written out in docs/code-lists.md.
REASONS = (
    (r"Opium|Dropizol|Morphine \(Opium", "opium tincture: for diarrhoea, out by decision"),
    (
        r"Boots|Dental Pain|Migraine Relief|Feminax",
        "own-label pharmacy remedy: sold, hardly ever prescribed, out by decision",
    ),
    (r"Codafen|Nurofen Plus", "ibuprofen with codeine, whose generics the public list holds: in by decision"),
    (r"Alfentanil|Rapifen", "anaesthetic injection: out by decision"),
)

Products = dict[str, str]  # dm+d id -> name


@dataclass(frozen=True)
class Score:
    missed: list[str]
    extra: list[str]
    recall: float
    precision: float


def read_products(path: Path) -> Products:
    """The products of a public list; its headings differ from list to list."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["dmd_id"]: (row.get("term") or row["dmd_name"]).strip() for row in csv.DictReader(file)}


def current(products: Products) -> Products:
    return {dmd: name for dmd, name in products.items() if not name.startswith(SUPERSEDED)}


def find(codelist: CodeList, products: Products) -> set[str]:
    """The dm+d ids of the products the list means."""
    ids = list(products)
    rows: list[CodeRow] = [
        (number, None, None, None, dmd, None, None, products[dmd], 1) for number, dmd in enumerate(ids)
    ]
    found = resolve([codelist], None, CodeIndex.build(rows, []))
    return {ids[match.code_id] for match in found.matches}


def score(found: set[str], public: Products, everything: Products) -> Score:
    wanted = current(public)
    right = len(found & wanted.keys())
    extra = [everything[dmd] for dmd in found - public.keys()]
    return Score(
        missed=[wanted[dmd] for dmd in wanted.keys() - found],
        extra=extra,
        recall=right / len(wanted),
        precision=right / (right + len(extra)),
    )


def show_differences(what: str, names: Iterable[str]) -> None:
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        reason = next((text for pattern, text in REASONS if re.match(pattern, name)), "NO REASON WRITTEN DOWN")
        groups[reason].append(name)
    for reason, members in groups.items():
        print(f"    {what}, {reason}: {len(members)}")
        for name in members:
            print(f"      {name}")


def measure(name: str, everything: Products, public: Products) -> bool:
    """Print both figures for both ways of matching; whether all reach what is wanted."""
    shipped = load(name)
    by_name = replace(shipped, entries=tuple(e for e in shipped.entries if e.system == "name"))
    good = True
    for way, codelist in (("names alone", by_name), ("as shipped", shipped)):
        found = find(codelist, everything)
        result = score(found, public, everything)
        old = len(public) - len(current(public))
        old_found = len([d for d in found & public.keys() if public[d].startswith(SUPERSEDED)])
        print(f"{name}, {way}: recall {result.recall:.2%} of {len(current(public))}, precision {result.precision:.2%};")
        print(f"    superseded ids found {old_found} of {old}")
        show_differences("missed", result.missed)
        show_differences("extra", result.extra)
        good &= min(result.recall, result.precision) >= WANTED
    return good


def cross_check(folder: Path, everything: Products) -> None:
    """What the lists of strong and of injected opioids hold that ours does not."""
    found = find(load("opioids"), everything)
    for file in OTHERS[3:]:
        products = current(read_products(folder / file))
        print(f"{file}: {len(products.keys() & found)} of {len(products)} found")
        show_differences("missed", (products[dmd] for dmd in products.keys() - found))


def main(folder: Path) -> int:
    everything: Products = {}
    for file in (*PUBLIC.values(), *OTHERS):
        everything |= read_products(folder / file)
    good = [measure(name, everything, read_products(folder / file)) for name, file in PUBLIC.items()]
    cross_check(folder, everything)
    return 0 if all(good) else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/medicine_lists.py FOLDER")
    sys.exit(main(Path(sys.argv[1])))
